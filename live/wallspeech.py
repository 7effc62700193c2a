"""What tells speech to a reader from news, as data: who is spoken to, what is asked of them.

Stems and not phrases: walls are worded anew on every site, but all speak to whoever reads, and
sell, ask for data, or ask who it is. News tells of others.
"""

from __future__ import annotations

import re


def _any(patterns: str, flags: int = re.I) -> re.Pattern[str]:
    return re.compile("|".join(filter(None, map(str.strip, patterns.splitlines()))), flags)


# Of languages in Latin letters: words that every text has, and "you" and "we", polite forms and
# endings that only speech has. What is "you" in one is "the" in the next, so each counts in texts
# of its own language alone. German "Sie", which is also "they", counts within a sentence.
_LATIN = {
    "en": (r"the of and to in is for on that with", r"\b(?:you|your|yours|we|our|(?-i:us))\b"),
    "de": (
        r"der die und das nicht mit für ist den von ein eine im",
        r"\b(?:wir|unser\w*|deine?[nmrs]?|du|dir)\b|(?<=[a-zäöüß,] )(?-i:Sie|Ihre?[nmrs]?|Ihnen)\b",
    ),
    "fr": (
        r"le les des et du une est pour dans que la au",
        r"\b(?:vous|votre|vos|nous|notre|nos)\b|(?<=\w\w\w)(?<!ch)ez\b",
    ),
    "es": (
        r"el los las del y una por con para que la en",
        r"\b(?:tus?|usted|nosotros|nuestr[oa]s?|puedes?|podrás|has|hazlo|elige|únete|crea|escribe)\b|\b(?!últi|próxi|mínim|máxim|cénti|legíti|ínti|mis|extre|tra|ra)\w+[aei]mos\b",
    ),
    "it": (
        r"il di che della per con una non del gli la e",
        r"\b(?:tuo[i]?|tua|tue|tu|ti|noi|nostr[oaie]|hai|puoi|vuoi|sei|scegli|crea)\b|(?<=\w\w)iamo\b",
    ),
    "pt": (
        r"o os as do da em um uma não para com que dos",
        r"\b(?:você|nós|noss[oa]s?|junte-se|escolha|faça|crie|veja|escreva|assine|lhe)\b|\b(?!últi|próxi|mínim|máxim|cênti|legíti|ínti|mes|extre|tra|ra)\w+[aei]mos\b",
    ),
    "nl": (
        r"de het een van en voor met op dat zijn in te",
        r"\b(?:jij|je|jouw|jou|u|uw|wij|we|ons|onze)\b",
    ),
    "sv": (
        r"och att det som är för på en inte av i",
        r"\b(?:du|dig|din|ditt|dina|vi|vår|vårt|våra|oss)\b",
    ),
    "da": (
        r"og at det som er for på en ikke af å av i",
        r"\b(?:du|dig|deg|din|ditt?|dine|vi|vår|vårt|våre|vores|vore|oss|os)\b",
    ),
    "fi": (
        r"ja on ei että oli se kun",
        r"\b(?:sinä|sinun|sinulle|voit|olet|meidän)\b|(?<=\w\w\w)(?:mme|nne)\b",
    ),
    "pl": (
        r"w i na nie się z do to że jest po od",
        r"\b(?:cię|ci|twoj\w*|twój|twoim|nasz\w*|państw\w*|wybierz|dołącz|zostań)\b|(?<=\w\w\w)(?:emy|amy|imy|ujesz)\b",
    ),
    "cs": (
        r"a v se na je že s to do po od jsou",
        r"\b(?:vás|vám|vaše\w*|váš|náš|naš\w*|nám)\b|(?<=\w\w)(?:ejte|ěte|ňte|áme|íme|ujeme|ujete|ete)\b",
    ),
    "hu": (
        r"a az és hogy nem egy is meg",
        r"\b(?:ön|önök\w*|önnek|neked|nekünk)\b|(?<=\w\w\w)(?:junk|jünk)\b",
    ),
    "ro": (
        r"și în de la cu pe care nu din un",
        r"\b(?:dumneavoastră|noastr\w+|nostru|noștri|vă|tău|tale)\b|(?<=\w\w)eți\b",
    ),
    "tr": (
        r"ve bir bu için da ile olarak daha",
        r"\b(?:siz|sizi|size|sizin|biz|bizim)\b|(?<=\w\w\w)(?:[ıiuü]n[ıiuü]z|[ıiuü]m[ıiuü]z)\b",
    ),
    "id": (r"yang dan di untuk dengan ini dari", r"\b(?:anda|kami)\b"),
    "vi": (r"và của là có cho không được", r"\b(?:bạn|chúng tôi)\b"),
}
_OTHERS = r"""
    \b(?:вы|вас|вам|ваш\w*|мы|нас|нам|наш\w*)\b|(?<=\w\w)(?:йте|ите|ьте)(?:сь)?\b|(?<=\w\w\w)(?:аем|яем|уем)\b|\b(?:ви|ми)\b
    \b(?:σας|σου|μας|εσείς|εμείς)\b|\b(?:نحن|لدينا|لك|عليك|كن|اختر)\b|(?<=\w\w\w\w)(?:نا|ك)\b|\bن\w{2,}ه\b|\b(?:אתה|אתם|שלך|שלכם|אנו|אנחנו|שלנו)\b
    您|你|我们|我們|本报|本報|请|請|ください|です|ます|ません|あなた|当社|弊社|세요|니다|나요|여러분|आप|हमारे|คุณ
    """
_COMMON = {
    language: re.compile(rf"\b(?:{'|'.join(common.split())})\b", re.I)
    for language, (common, _) in _LATIN.items()
}
_ADDRESS = {language: _any(f"{said}\n{_OTHERS}") for language, (_, said) in _LATIN.items()}
SAMPLE = 5_000  # characters of a text that its language is told by


def address(text: str) -> re.Pattern[str]:
    """What addresses a reader in the language of a text, as far as its commonest words tell it."""
    sample = text[:SAMPLE]
    counts = {name: sum(1 for _ in each.finditer(sample)) for name, each in _COMMON.items()}
    return _ADDRESS[max(counts, key=counts.__getitem__)]


# A sum of money.
PRICE = _any(
    r"""
    [$€£¥₽₩₺₴₹]\s?\d|\d\s?(?:[$€£¥₽₩₺₴₹]|元|円|圓|원|₫|đ\b)|\d\s?(?:eur|euros?|usd|dollars?|pounds?|chf|fr\.|kr|kronor|kroner|zł\w*|kč|korun\w*|ft\b|forint\w*|lei\b|leva|лв|руб\w*|р\.|грн|гривень|lira\w*|tl\b|reais|pesos|rupiah|doları?|ευρώ|دولار\w*|يورو|ريال|جنيه|₪|שקל\w*|yen|won)
    (?:\b(?:eur|usd|chf|kr|zł|r\$|rp|rs\.?|tl)|دولار)\s?\d
    """
)

# What is sold with it: being one of those who may read on.
BELONGS = _any(
    r"""
    \bmembers?\b|\bsupporters?\b|\bmitglied\w*|\bförder\w*|\bunterstütz\w*|\bmembres?\b|\bsoutien\w*|\bsoci[oa]?s?\b|\bapoy\w*|\bsosten\w*|\bsostien\w*|\bmembros?\b|\bapoi\w*
    \bleden\b|\blid\b|\bvriend\w*|\bmedlem\w*|\bstöd\w*|\bstøtt\w*|\bczłon\w+|\bwspier\w*|\bčlen\w*|\bpodpor\w*|\bpodpoř\w*|участник\w*|поддерж\w*|підтрим\w*|\büye\w*|\bdestek\w*|\btagja\w*|\btámogat\w*|\bmembri\w*|\bsusțin\w*|μέλ[ηο]\w*|υποστηρ\w*|\bjäsen\w*
    أعضا\w+|داعم\w*|会员|會員|支持|会員|メンバー|支える|支援|회원|후원|\banggota\b|thành viên|सदस्य
    """
)

PLANS = _any(
    r"""
    \b(?:plans?|offers?|options?|packages?|subscriptions?)\b|\b\w*(?:angebot|paket|abo)\w*|\b(?:offres?|formules?|forfaits?|paquetes?|ofertas?|planes|suscripci\w+|offert[ae]|pacchett\w+|abbonament\w+|planos?|pacotes?|assinatura\w*)\b
    \b(?:pakket\w*|aanbod|aanbieding\w*|abonnement\w*|erbjudande\w*|tilbud\w*|tilbyder|tilauks\w*|tilaus|tarjo\w+|pakiet\w*|ofert\w*|prenumerat\w*|tarif\w*|nabíd\w*|předplat\w*|csomag\w*|ajánlat\w*|előfizet\w*|abonament\w*|abona\w+|paket\w*|abonelik\w*)\b
    тариф\w*|подписк\w*|пропон\w*|предлож\w*|передплат\w*|συνδρομ\w*|προσφ\w*|باقة|عرض|اشتراك|套餐|方案|プラン|요금제|상품|\b(?:langganan|pelanggan|berlangganan)\b|\bgói\b
    """
)

# What costs nothing but a name, and where else one may read.
ACCOUNT = _any(
    r"""
    \baccounts?\b|\bregist\w+|\b(?:benutzer|nutzer)?konto\b|\bcomptes?\b|\binscri\w+|\bcuentas?\b|\bregístr\w*|\bcontas?\b|\bcadastr\w*|\bregistrat\w*|\bkont[oaęu]\b|\bregistr\w*|\búč(?:et|tu)\b|\bfiók\w*|\btili\w*|\bhesa[bp]\w*|\bkayıt\b|\bakun\b|\bdaftar\b|tài khoản
    аккаунт\w*|уч[её]тн\w+|регистр\w*|зарегистр\w*|акаунт\w*|обліков\w*|реєстр\w*|зареєстр\w*|λογαριασμ\w*|εγγραφ\w*|حساب\w*|סיסמה|חשבון|खाता|账号|账户|帳號|帳戶|アカウント|会員登録|계정|가입|บัญชี
    """
)
APP = _any(
    r"""
    \bapps?\b|\bapplication\b|\baplikas[ie]\b|\baplikac\w+|\baplicaci\w+|\baplicativ\w+|\bapplicazion\w+|\bappen\b|\bsovellu\w+|\balkalmazás\w*|\buygulama\w*|ứng dụng|приложени\w*|застосун\w*|εφαρμογ\w*|تطبيق\w*|אפליקצי\w*|ऐप|客户端|客戶端|アプリ|앱|แอป
    """
)
# What comes after the offer is taken.
GO_ON = _any(
    r"""
    \bcontinu\w+|\bcarry on\b|\bkeep (?:going|reading)\b|\bthe rest\b|\bfort(?:zu)?fahren\b|\bweiter(?:zu\w+|les\w+|mach\w+)?\b|\bfortset\w+|\bpoursuiv\w+|\bseguir\b|\bsigue\b|\bsiga\b|\bavanzar\b|\bprosegu\w+|\bandare avanti\b|\bavançar\b|\bprossegu\w+
    \bverder\b|\bdoor te gaan\b|\bdoorga\w+|\bfortsätt\w*|\bvidare\b|\bfortsæt\w*|\bvidere\b|\bfortsett\w*|\bjatka\w*|\bdalej\b|\bkontynu\w+|\bpokrač\w+|\bdál\b|\bfolyta\w+|\btovább\w*|\bsürdür\w*|\bdevam\w*|\blanjut\w*|\bteruskan\b|\bmelanjutkan\b
    продолж\w*|дальше|продовж\w*|\bдалі\b|συνέχ\w*|συνεχ\w*|\bتواصل|واصل|متابعة|تتابع|继续|繼續|往下|接着|続け|続き|계속|이어서|이어 가|आगे|जारी|tiếp tục|ต่อ
    """
)
# Said of what some may read, and others not; and of how much.
ONLY = _any(
    r"""
    \bonly\b|\bexclu[sz]\w+|\bexklusiv\w*|\besclusiv\w*|\breserv\w+|\bréserv\w+|\briservat\w+|\bnur\b|\bvorbehalten\b|\bs[oó]lo\b|\bsolamente\b|\bapenas\b|\balleen\b|\bexclusief\b|\bendast\b|\bbara\b|\bkun\b|\bbare\b|\bforbehold\w+|\bvain\b|\btylko\b|\bpouze\b|\bjen\b|\bcsak\b|\bkizárólag\b|\bnumai\b|\bdoar\b|\bsadece\b|\byalnızca\b|\bözel\w*|\bkhusus\b|\bhanya\b|\bchỉ\b
    только|исключительно|лише|тільки|μόνο|αποκλειστικ\w*|حصري\w*|فقط|בלבד|केवल|सिर्फ|限定|専用|のみ|专享|專享|专属|專屬|仅限|僅限|전용|한정|เฉพาะ
    \bunlimited\b|\blimit\w*\b|\billimit\w+|\bunbegrenzt\w*|\bunbeschränkt\w*|\blímites?\b|\bilimitad\w+|\bonbeperkt\w*|\bobegränsa\w+|\bubegrense\w+|\bubegræns\w+|\brajoit\w+|\bogranicze\w+|\bneomezen\w*|\bkorlátl\w+|\bnelimitat\w*|неогранич\w*|ограничени\w*|необмежен\w*|обмежен\w*|\bsınırsız\w*|απεριόριστ\w*|\bبلا حدود|无限|無限|無制限|放題|무제한|असीमित
    """
)
# A heading that asks is said to somebody.
ASKS = re.compile(r"[?？؟](?:\s|$)|;\s*$", re.M)

# What a text of consent is about; two of these in a few words, and a button.
CONSENT_TOPICS = tuple(
    _any(each)
    for each in (
        r"""\bcookies?\b|\bkakor\b|\binformationskapsl\w*|\bevästee\w*|\bsütik?\w*|\bçerez\w*|файл\w* cookie|\bкуки\b|クッキー|쿠키|ملفات تعريف|\b(?:small|kleine?n?|petits|pequeños|pequenos|piccoli|små|małe|malé|küçük|небольш\w+) (?:files?|dateien|bestanden|fichiers|archivos|ficheiros|file|filer|pliki|soubory|dosya\w*|файл\w*)|ملفات صغيرة|小文件|小さなファイル|작은 파일""",
        r"""\b(?:your|personal) (?:data|device|choice)|\b(?:ihre|deine|persönliche\w*|personenbezogene\w*) (?:daten|wahl)|\b(?:ihrem|deinem) gerät|\bdonnées\b|\bvotre (?:appareil|choix)|\bdatos\b|\b(?:tu|su) (?:dispositivo|elección)|\bdati\b|\b(?:tuo|suo) dispositivo|\bdados\b|\b(?:seu|teu) dispositivo|\bgegevens\b|\b(?:je|uw) apparaat|\buppgifter\b|\bdin enhet|\bopplysninger\b|\bdane\b|\bdanych\b|\bciasteczk\w*|\burządzeni\w*|\búdaj\w*|\bzařízení|\bданны[еx]\b|\bданных\b|\bустройств\w*|\bveri(?:ler)?\w*|\bcihaz\w*|\badat\w*|\beszköz\w*|\bdatele?\b|δεδομέν\w*|συσκευή|بيانات\w*|جهازك|数据|數據|设备|データ|端末|データー|데이터|기기""",
        r"""\badvert\w*|\bads?\b|\bwerb\w*|\bpublicit\w*|\bpublicid\w*|\bpubblicit\w*|\badvertent\w*|\breclame\w*|\breklam\w*|\bannons\w*|реклам\w*|\bmainok\w*|\bmainon\w*|\bhirdet\w*|\bpublicitate\w*|διαφημ\w*|إعلان\w*|广告|廣告|広告|광고|\biklan\w*""",
        r"""\btrack\w*|\bprofil\w*|\bpersonali[sz]\w*|\btraceurs?\b|\btraçag\w*|\brastre\w*|\btracciament\w*|\bspårning\w*|\bsporing\w*|\bśledz\w*|\bsledov\w*|отслежив\w*|\bizleme\w*|\bszemélyre\b|التتبع|تتبع|跟踪|追蹤|追跡|추적""",
        r"""(?<!\d)\d{1,6} (?:\w{1,40} )?(?:partn|soci|parcei|ortak|ortağ|партн|شريك)\w*|\b(?:partners?|partnern|partenaires|socios|parceiros|partnerzy|partnerów|partnerů|партн\w+|ortakları\w*|شركاؤ\w*)\b|合作伙伴|合作夥伴|パートナー|파트너""",
        r"""\bconsent\w*|\bprivacy\b|\beinwillig\w*|\bzustimm\w*|\bdatenschutz\w*|\bconsentement\w*|\bvie privée|\bconsentimi?ento\b|\bprivacidad\b|\bconsenso\b|\btoestemming|\bsamtyck\w*|\bsamtykk\w*|\bzgod[aęyą]\b|\bprywatno\w*|\bsouhlas\w*|\bsoukrom\w*|согласи\w*|конфиденц\w*|\bgizlilik|\bhozzájárul\w*|\bconsimțământ\w*|συγκατάθεσ\w*|خصوصي\w*|隐私|隱私|同意|プライバシー|동의""",
    )
)
