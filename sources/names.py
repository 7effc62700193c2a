"""Names that datelines are made of, as data."""

from __future__ import annotations

# Agencies that sign wire copy, as they write themselves.
AGENCIES = frozenset(
    """
    AA|AAP|ABNA|ADN|ADNKRONOS|AFP|AGERPRES|AGI|AKIpress|ANA-MPA|ANI|ANP|ANSA|ANTARA|AP|APA|APP|ATA
    |ATP|AZERTAC|Anadolu|Anadolu Agency|Agence France-Presse|Associated Press|The Associated Press
    |BELGA|Belga|BELTA|BelTA|BERNAMA|Bernama|BIRN|BNN|BNS|BTA|Baltic News Service|Bloomberg|CNA|CNN
    |CP|The Canadian Press|CTK|ČTK|Caixin|DPA|dpa|Dow Jones|EFE|ERR|Efe|Europa Press|FENA|GNA|HINA
    |IANS|INA|INTERFAX|IRNA|ISNA|ITAR-TASS|Interfax|Interfax-Ukraine|JIJI|Jiji|Jiji Press|KAZINFORM
    |KCNA|KUNA|KYODO|Kyodo|Kyodo News|LUSA|Lusa|MAP|MENA|MIA|MTI|MENAFN|NAN|NNA|NOVOSTI|NTB|Notimex
    |PA|PA Media|PAP|PTI|Petra|PNA|Press Association|Prensa Latina|QNA|RIA|RIA Novosti|ROMPRES|RSS
    |Reuter|Reuters|REUTERS|RITZAU|Ritzau|SANA|SAPA|SDA|SITA|SPA|STA|STT|Sputnik|SPUTNIK|TANJUG
    |TASR|TASS|TT|Tanjug|TelAm|Télam|Télam|THX News|UNI|UPI|UKRINFORM|Ukrinform|UNIAN|VNA|WAFA|WAM
    |XINHUA|Xinhua|Yonhap|YONHAP|ТАСС|ИТАР-ТАСС|РИА Новости|Интерфакс|Прайм|БЕЛТА|БелТА|Укринформ
    |Укрінформ|УНИАН|УНІАН|Спутник|新华社|共同社|時事
    """.replace("\n", "")
    .replace("    ", "")
    .split("|")
)

# Cities that stand alone in a dateline. Others are believed only beside an agency or a day.
CITIES = frozenset(
    """
    ABU DHABI|ABUJA|ADDIS ABABA|ALGIERS|AMMAN|AMSTERDAM|ANKARA|ASTANA|ATHENS|ATLANTA|BAGHDAD|BAKU
    |BALTIMORE|BANGKOK|BARCELONA|BEIJING|BEIRUT|BELGRADE|BERLIN|BERN|BISHKEK|BOGOTA|BONN|BOSTON
    |BRASILIA|BRATISLAVA|BRUSSELS|BUCHAREST|BUDAPEST|BUENOS AIRES|CAIRO|CANBERRA|CARACAS|CHICAGO
    |CHISINAU|CINCINNATI|CLEVELAND|COLOMBO|COPENHAGEN|DAKAR|DALLAS|DAMASCUS|DENVER|DETROIT|DHAKA
    |DOHA|DUBAI|DUBLIN|DUSHANBE|EDINBURGH|FRANKFURT|GAZA|GENEVA|GLASGOW|HANOI|HARARE|HAVANA
    |HELSINKI|HO CHI MINH CITY|HONG KONG|HONOLULU|HOUSTON|INDIANAPOLIS|ISLAMABAD|ISTANBUL|JAKARTA
    |JERUSALEM|JOHANNESBURG|KABUL|KAMPALA|KARACHI|KATHMANDU|KHARTOUM|KIEV|KIGALI|KINSHASA
    |KUALA LUMPUR|KUWAIT|KYIV|LAGOS|LAS VEGAS|LIMA|LISBON|LJUBLJANA|LONDON|LOS ANGELES|LUXEMBOURG
    |MADRID|MANILA|MELBOURNE|MEXICO CITY|MIAMI|MILAN|MILWAUKEE|MINNEAPOLIS|MINSK|MOGADISHU
    |MONTREAL|MOSCOW|MUMBAI|MUNICH|NAIROBI|NEW DELHI|NEW ORLEANS|NEW YORK|NICOSIA|OKLAHOMA CITY
    |OSLO|OTTAWA|PARIS|PHILADELPHIA|PHNOM PENH|PHOENIX|PITTSBURGH|PRAGUE|PRISTINA|PYONGYANG|QUITO
    |RAMALLAH|RIGA|RIO DE JANEIRO|RIYADH|ROME|SALT LAKE CITY|SAN ANTONIO|SAN DIEGO|SAN FRANCISCO
    |SANTIAGO|SAO PAULO|SARAJEVO|SEATTLE|SEOUL|SHANGHAI|SINGAPORE|SKOPJE|SOFIA|ST. LOUIS
    |ST. PETERSBURG|STOCKHOLM|STRASBOURG|SYDNEY|TAIPEI|TALLINN|TASHKENT|TBILISI|TEHRAN|TEL AVIV
    |THE HAGUE|TIRANA|TOKYO|TORONTO|TRIPOLI|TUNIS|ULAANBAATAR|UNITED NATIONS|VANCOUVER|VATICAN CITY
    |VIENNA|VILNIUS|WARSAW|WASHINGTON|WELLINGTON|YANGON|YEREVAN|ZAGREB|ZURICH|МОСКВА|МИНСК|КИЕВ
    |КИЇВ|БРЮССЕЛЬ|САНКТ-ПЕТЕРБУРГ|ЛОНДОН|ПАРИЖ|БЕРЛИН|ВАШИНГТОН|ПЕКИН|ТОКИО|ЖЕНЕВА
    """.replace("\n", "")
    .replace("    ", "")
    .split("|")
)

_MONTHS = """
    january jan ene gen januar janvier enero gennaio janeiro января янв січня
    february feb fev févr februar février fevrier febrero febbraio fevereiro февраля фев лютого
    march mar märz maerz mars marzo março марта мар березня
    april apr abr avril abril aprile апреля апр квітня
    may mai mag mayo maggio maio мая травня
    june jun giu juni juin junio giugno junho июня июн червня
    july jul lug juli juillet julio luglio julho июля июл липня
    august aug ago août aout agosto августа авг серпня
    september sept set sep septembre septiembre settembre setembro сентября сен вересня
    october oct out okt oktober octobre octubre ottobre outubro октября окт жовтня
    november nov novembre noviembre novembro ноября ноя листопада
    december dec dez dic déc dezember décembre diciembre dicembre dezembro декабря дек грудня
""".strip().splitlines()
MONTHS = {name: number for number, line in enumerate(_MONTHS, 1) for name in line.split()}
