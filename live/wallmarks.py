"""What walls are known by, as data: headers, marks in the source, titles, and words for a person.

Marks are in lower case and looked for in the source in lower case. Those of a vendor are only
on the page that stands in the way, never in the scripts that the vendor adds to every page.
"""

from __future__ import annotations

import re


def _any(phrases: str) -> re.Pattern[str]:
    """One pattern of a phrase a line; both kinds of apostrophe are one."""
    lines = (line.strip() for line in phrases.strip().splitlines())
    return re.compile("|".join(line.replace("'", "['’´`]") for line in lines if line), re.I)


# Headers of answers that are challenges, whatever is in them: name, what the value begins with.
HEADERS = {
    "cf-mitigated": "challenge",
    "x-vercel-mitigated": "challenge",
    "x-amzn-waf-action": "",
    "x-datadome-response": "4",
    "x-dd-b": "",
    "x-sucuri-block": "",
    "x-kpsdk-ct": "",
}

# Headers that a protector adds to all it lets through, too: with a status of refusal they say
# who refused.
REFUSALS = frozenset([401, 403, 405, 406, 429, 503])
REFUSED_HEADERS = (
    ("server", "akamaighost"),
    ("server", "ddos-guard"),
    ("server", "sucuri"),
    ("server", "datadome"),
    ("server", "qrator"),
    ("x-datadome", ""),
    ("x-iinfo", ""),
    ("x-cdn", "imperva"),
    ("x-cdn", "incapsula"),
    ("x-reblaze-protection", ""),
)

CHALLENGES = {
    "Cloudflare": (
        "_cf_chl_opt",
        "cf-browser-verification",
        "cf-challenge-running",
        "cf_chl_prog",
        "cf-error-details",
        "cf-chl-",
        "__cf_chl_",
        'id="challenge-form"',
        "cf-im-under-attack",
        "/cdn-cgi/l/chk_jschl",
    ),
    "Akamai": (
        "errors.edgesuite.net",
        "sec-if-cpt-container",
        "/_sec/cp_challenge/",
        "bm-verify=",
        "sec-bc-text-container",
    ),
    "DataDome": ("geo.captcha-delivery.com", "interstitial.captcha-delivery.com", "var dd={'rt'"),
    "HUMAN": ("px-captcha", "/captcha/captcha.js?a=", "captcha.px-cdn.net", "captcha.px-cloud.net"),
    "Imperva": ("incapsula incident id", "_incapsula_resource?cwudnsai", "imperva-hcaptcha"),
    "AWS WAF": ("window.gokuprops", "awswafintegration.forcerefreshtoken", "captcha-sdk.awswaf.com"),
    "Sucuri": ("sucuri_cloudproxy_js", "sucuri website firewall - access denied"),
    "DDoS-Guard": ("/.well-known/ddos-guard/js-challenge", "/.well-known/ddos-guard/mark/"),
    "Vercel": ("vercel security checkpoint",),
    "Anubis": ("anubis_challenge", "/.within.website/x/cmd/anubis"),
    "F5": ("/tspd/", "window[\"bobcmn\"]", "window[\"loaderconfig\"] = \"/tspd"),
    "Radware": ("validate.perfdrive.com", "captcha.perfdrive.com"),
    "Kasada": ("window.kpsdk", "/ips.js?kpsdk"),
    "Fastly": ("/_fs-ch-", "_fs-ch-cp"),
    "Yandex": ("smartcaptcha.yandexcloud.net/captcha.js", "/showcaptcha?", "/checkcaptcha?"),
    "Google": ("/sorry/index", "id=\"captcha-form\""),
    "Arkose": ("client-api.arkoselabs.com", "funcaptcha.com/fc/api"),
    "Reblaze": ("rbzns.", "winsocks();"),
    "Qrator": ("/__qrator/qauth",),
    "Tencent": ("turing.captcha.qcloud.com", "tcaptcha.js"),
    "GeeTest": ("initgeetest", "static.geetest.com"),
    "Friendly Captcha": ("frc-captcha",),
    "ALTCHA": ("<altcha-widget",),
}  # fmt: skip
# Scripts of those who ask for consent, and who sell articles: they are on every page of a site.
CONSENT_VENDORS = (
    "cookielaw.org",
    "onetrust",
    "privacy-center.org",
    "didomi",
    "privacy-mgmt.com",
    "sourcepoint",
    "sp_message",
    "usercentrics",
    "quantcast",
    "consentmanager",
    "cookiebot",
    "cookieyes",
    "iubenda",
    "trustarc",
    "axept.io",
    "fundingchoices",
    "sirdata",
    "commandersact",
    "cookiefirst",
    "osano",
    "__tcfapi",
)
CAPTCHAS = ("g-recaptcha", "h-captcha", "cf-turnstile", "hcaptcha.com/1/api.js", "captcha")

# Hosts, or first labels of hosts, that exist to ask for consent or for a name.
CONSENT_HOSTS = re.compile(
    r"^(?:consent|guce|cmp|gdpr|privacy|myprivacy|privacy-gate|cookiewall|zustimmung|"
    r"consentement|collectconsent)[.-]|privacy-mgmt\.com$|privacymanager\.io$"
)
CONSENT_PATHS = re.compile(
    r"/(?:cookie-?(?:wall|consent|muur|notice)|consent|collectconsent|zustimmung|privacy-?wall|"
    r"privacy-?gate|gdpr|tcf|consentement|datenschutz-?einwilligung)(?:[/?._-]|$)"
)
LOGIN_HOSTS = re.compile(
    r"^(?:log-?in|sign-?in|sso|auth|accounts?|id|identity|secure|idp|anmelden)[.-]"
)
LOGIN_PATHS = re.compile(
    r"/(?:log-?in|sign-?in|log_in|sign_in|sso|authenticate|anmelden|einloggen|connexion|"
    r"iniciar-sesion|entrar|accedi|inloggen|logowanie|vhod|auth|wp-login\.php)(?:[/?._-]|$)"
)
PAYWALL_PATHS = re.compile(
    r"/(?:paywall|subscribe|subscription|subscriptions|abo|abonnement|abonnieren|abonnement|"
    r"suscripcion|suscribete|assine|abbonati|prenumerera)(?:[/?._-]|$)"
)

# What walls say, in the languages that news comes in.
CHALLENGE_WORDS = _any(
    r"""
    just a moment\b|attention required|one (?:more )?(?:moment|step),? please|human verification
    (?:verify|confirm|prove|make sure|making sure|check|checking|verifying)(?: that)? you(?:'re| are)(?: not)? (?:a |an )?(?:human|person|real|bot|robot)
    are you (?:a )?(?:ro)?bot\b|are you (?:a )?human|(?:you're|you are|i'm|i am) not a (?:ro)?bot
    checking (?:if the site connection is secure|your browser)|press (?:&|and) hold
    pardon our interruption|unusual (?:traffic|activity|behaviou?r)
    (?:performing|completing|complete|pass|passing) (?:a |the |this )?security (?:check|verification|challenge)
    security (?:check(?:point)?|verification)\b|(?:enable|turn on) (?:java ?script|js) and (?:cookies|disable)
    access (?:to (?:this|the) (?:page|site|website|resource) (?:has been|is|was) |is |has been |was )?(?:temporarily )?(?:denied|blocked|restricted)
    you (?:have been|are|were) blocked|(?:don't|do not) have permission to access
    (?:disable|turn off|deactivate|pause) (?:your |any |the )?ad[ -]?block|ad[ -]?blocker (?:detected|is on|is active)
    automated (?:access|requests|queries|traffic|tools?|process)|bot (?:detection|activity|protection)|ddos protection
    (?:enter|type|solve|complete) (?:the|this|a) (?:characters|captcha|puzzle|challenge|text you see)
    needs to review the security of your connection|you are unable to access|please wait for verification
    blocked by (?:network security|our security|the site owner|mistake)|slide (?:right|to)|we believe you are using automat|triggered the security
    (?:you are|you're) (?:now )?in (?:the |a )?(?:queue|line)|waiting room|high (?:volume of traffic|traffic volume)
    request unsuccessful|incident id|support id is|the requested url was rejected
    your (?:request|ip(?: address)?|connection|browser) (?:has been|was|is) (?:blocked|rejected|limited|flagged)
    web application firewall|validating your browser|verifying your browser
    nur einen moment|einen moment,? bitte|ein mensch (?:sind|bist)|(?:kein|keine) (?:ro)?bot\b
    zugriff (?:wurde |ist )?(?:verweigert|blockiert|gesperrt)|sicherheitsüberprüfung|(?:adblocker|werbeblocker) (?:deaktivieren|erkannt|aus)
    un instant\b|(?:êtes|suis) (?:bien )?(?:un )?(?:être )?humain|pas un robot|accès (?:temporairement )?(?:refusé|bloqué|interdit|restreint)
    vérification de sécurité|(?:désactive[rz]) votre bloqueur
    un momento\b|(?:eres|soy|es) un robot|(?:eres|es|soy) (?:un )?(?:ser )?human[oa]|acceso (?:denegado|restringido|bloqueado)|verificación de seguridad
    un attimo|(?:sei|sono) un robot|(?:sei|essere) (?:un )?(?:essere )?umano|accesso (?:negato|bloccato)
    um momento\b|(?:é|sou|seja) um rob[ôo]|(?:é|ser|sou) (?:um )?(?:ser )?humano|acesso (?:negado|bloqueado)
    even geduld|geen robot|een mens bent|toegang (?:geweigerd|geblokkeerd)
    chwileczkę|(?:jestem|jesteś) (?:robotem|człowiekiem)|(?:odmowa|brak) dostępu|dostęp (?:zabroniony|zablokowany)
    один момент|одну минуту|не робот|проверка браузера|доступ (?:запрещ[её]н|ограничен|заблокирован)|автоматические запросы
    зачекайте|доступ (?:заборонено|обмежено)
    bir dakika|robot (?:olmadığın|değilim)|erişim (?:engellendi|reddedildi)
    ett ögonblick|(?:inte|ikke) (?:är )?en robot|åtkomst nekad|et øjeblik|(?:adgang|tilgang) nektet|adgang nægtet
    hetkinen|et ole robotti|pääsy estetty|okamžik|nejste robot|přístup (?:odepřen|zamítnut)
    egy pillanat|nem robot|hozzáférés megtagadva|un moment\b|nu ești robot|acces (?:interzis|refuzat)
    μισό λεπτό|δεν είστε ρομπότ|άρνηση πρόσβασης|لحظة|لست (?:برنامج )?روبوت|تم رفض الوصول|רק רגע|אינך רובוט
    请稍候|請稍候|人机验证|人機驗證|安全验证|安全驗證|不是机器人|不是機器人|访问(?:被拒绝|受限|异常)|请完成验证
    お待ちください|ロボットでは?(?:ありません|ない)|アクセスが?(?:拒否|制限|集中)
    잠시만 기다|로봇이 (?:아닙|아님)|보안 (?:확인|검사)|접근이? ?(?:거부|차단|제한)
    एक क्षण|आप रोबोट नहीं|harap tunggu|bukan robot|xin chờ|không phải (?:là )?(?:ro)?bot|โปรดรอสักครู่|ไม่ใช่โปรแกรมอัตโนมัติ
    """
)
# On a page of a few words these are enough.
CHALLENGE_STEMS = _any(
    r"""
    \b(?:ro)?bots?\b|captcha|\bhumans?\b|\bhumain|\bumano|\bhuman[oa]\b|\bmensch(?:lich)?\b|робот|человек\b|robot\w*|ρομπότ|روبوت|רובוט
    ロボット|로봇|机器人|機器人|人机|人機|access\b.{0,40}\b(?:denied|restricted|limited|blocked)|restricted access|request(?:s)? (?:blocked|rejected|denied)
    too many requests|rate[- ]limit|verify (?:your(?:self| browser| identity)|that it)|(?:while|as) we (?:verify|check)|client challenge|generated by cloudfront
    java ?script is (?:disabled|required|not enabled)|suspicious (?:activity|traffic)|security (?:check|challenge|service)
    アクセス.{0,12}(?:制限|拒否|禁止)|访问.{0,8}(?:异常|受限|频繁|被拒)|訪問.{0,8}(?:異常|受限)|자동화된|비정상적인 (?:접근|접속)|доступ.{0,20}(?:ограничен|запрещ|закрыт|заблокир)
    navigateur|votre identité|firewall|\bforbidden\b|javascript (?:on|to)\b|sicherheits(?:prüfung|abfrage|check|überprüfung)|\bvérifi(?:er|ez|cation)\b|\bverifi(?:ca|que|cación|cação)\b|проверк\w+|проверя\w+|перевірк\w+|weryfikacj\w+|doğrula\w+|验证|驗證|滑动|確認しています|인증|확인해
    zugriff.{0,20}(?:verweigert|gesperrt|blockiert|eingeschränkt)|accès.{0,20}(?:refusé|bloqué|limité|interdit)|acces[so]o?.{0,20}(?:denegado|bloqueado|restringido|negato|bloccato|negado)
    """
)
# A page that is not there is no wall.
NOT_FOUND = _any(
    r"""
    \b404\b|not found|no longer (?:available|exists)|does(?:n't| not) exist|nicht (?:mehr )?(?:gefunden|verfügbar)|introuvable|n'existe (?:pas|plus)|no (?:se )?encontr|non trovat|não encontrad|niet gevonden|nie znaleziono|не найден|не знайден|hittades inte|ikke funnet|ikke fundet|ei löyt|nenalezen|nem található|bulunamadı|見つかりません|찾을 수 없|找不到|不存在|غير موجود
    """
)
CONSENT_WORDS = _any(
    r"""
    cookies?\b|consent\w*|personal data|privacy|trackers?\b|legitimate interests?|our partners|third[- ]party vendors|tcf\b
    einwillig\w*|zustimm\w*|datenschutz\w*|personenbezogene\w*|unsere\w* partner|tracking|werbefrei\w*|widerruf\w*
    consentement|données (?:à caractère )?personnelles|vie privée|nos (?:\d+ )?partenaires|traceurs|confidentialité
    consentimiento|datos personales|privacidad|nuestros (?:\d+ )?socios|consenso|dati personali|nostri (?:\d+ )?partner
    consentimento|dados pessoais|privacidade|nossos (?:\d+ )?parceiros|toestemming|persoonsgegevens|onze partners|privacybeleid
    zgod[aęyą]\b|dan(?:e|ych) osobow(?:e|ych)|prywatnoś\w+|zaufan\w+ partner\w+|samtyck\w*|samtykk\w*|personuppgifter|personopplysninger|personvern
    evästee\w*|suostumu\w*|souhlas\w*|osobní\w* údaj\w*|sütik\w*|hozzájárul\w*|adatvédel\w*|consimțământ\w*
    файл\w* cookie|соглас(?:ие|ия|иться)|персональн\w+ данн\w+|конфиденциальност\w+|куки|згод[аиу]|персональн\w+ дан\w+
    çerez\w*|kişisel veri\w*|gizlilik|συγκατάθεσ\w*|προσωπικ\w+ δεδομέν\w+|απορρήτ\w*|クッキー|個人情報|同意|プライバシー|개인정보|쿠키|동의|隐私|隱私|个人数据
    """
)
CONSENT_BUTTONS = _any(
    r"""
    \baccept\w*|\bagree\w*|\ballow all|\bi consent|\breject all|\bmanage (?:my )?(?:preferences|options|settings|choices|cookies|privacy)|\bwe value your privacy|\bbefore you continue|\bcookie settings|\bok(?:ay)?\b|\bgot it\b
    \bakzeptier\w*|\bannehmen|\bzulassen|\bablehnen|\bzustimmen|\beinverstanden|\bmit werbung\b|\bj'accepte|\brefuser|\bacept\w+|\brechaz\w+|\baccett\w+|\brifiut\w+|\baceit\w+|\bconcordo|\brejeit\w+
    \btoesta\w+|\btoestemm\w*|\bzgod[aęy]\b|\bpovol\w*|\bpřij[mí]\w*|разреш\w+|дозвол\w+|\bpermit\w*|\btillåt\w*|\btillat\w*|\bengedély\w*|\bizinkan
    \bakkoord|\bweigeren|\bakceptuj\w*|\bzgadzam|\bprzejdź do serwisu|\bzaakceptuj|\bgodkänn\w*|\bgodta\w*|\btillad\b|\bhyväksy\w*|\bpřijmout|\bsouhlasím|\belfogad\w*|\baccept[ăa]\b|\bde acord
    принять|принимаю|соглас\w+|прийняти|погоджу\w+|kabul et|αποδοχή|αποδέχομαι|συμφωνώ|同意|許可|동의|수락|허용|接受|قبول|أوافق|מסכים|\bterima\b|\bsetuju\b|đồng ý|ยอมรับ|स्वीकार
    """
)
LOGIN_WORDS = _any(
    r"""
    (?:log|sign) ?-?in (?:to|with|below|or)|please (?:log|sign) in|(?:log|sign) in\b|forgot(?:ten)? (?:your )?password|create an account|username|remember me
    (?:ein|an)loggen|anmelden|passwort (?:vergessen)?|benutzername|se connecter|connectez-vous|identifiez-vous|mot de passe|identifiant
    inicia(?:r)? sesi[óo]n|contraseña|accedi\b|password dimenticata|iniciar sessão|fazer login|esqueci|senha\b|inloggen|wachtwoord
    zaloguj|hasło|logga in|lösenord|logg inn|passord|log ind|adgangskode|kirjaudu|salasana|přihlásit|heslo|bejelentkezés|jelszó|autentificare|parol[aă]
    войти|вход\b|пароль|логин|увійти|giriş yap|şifre|σύνδεση|κωδικός|ログイン|パスワード|로그인|비밀번호|登录|登錄|密码|密碼|تسجيل الدخول|كلمة المرور|התחבר|סיסמה
    """
)
REGION_WORDS = _any(
    r"""
    (?:not|un)(?: currently)? ?available (?:in|from|for) (?:your|this|most) (?:region|country|location|european|area)|unavailable (?:due to|for) legal reasons
    (?:from|in) a country belonging to the european economic area|(?:general data protection regulation|gdpr)[^.]{0,80}access
    access (?:from your|in your) (?:country|region|location)|(?:content|site|website|video|service) is (?:blocked|restricted|not available) in your
    in (?:deinem|ihrem) land nicht verfügbar|(?:n'est pas|pas) disponible dans votre (?:pays|région)|no (?:está )?disponible en (?:tu|su) (?:país|región|ubicación)
    não (?:está )?disponível (?:no seu país|na sua região)|non (?:è )?disponibile nel tuo paese|недоступ\w+ в (?:вашей стране|вашем регионе)|niedostępn\w+ w (?:twoim|państwa) kraju
    お住まいの(?:国|地域)では|해당 국가에서|您所在的(?:国家|地区)|bölgenizde (?:kullanılamıyor|mevcut değil)|niet beschikbaar in (?:uw|jouw) (?:land|regio)
    """
)
# An offer in a line of its own names both: to go on reading, and what it takes.
READ_STEMS = _any(
    r"""
    \bread(?:ing)?\b|\bto continue\b(?! to)|\bcontinue (?:reading|with)|\bcontinu(?:er|ez|ar|are)\b|\bunlock\w*|\bfull (?:article|story|text|access|content)|\brest of\b|\bthis (?:article|story|content|post)|\blire\b|\blecture\b|\bla suite\b|\bl'article\b|\bcet article|\bcontenu\b
    \b(?:weiter)?lesen|\bartikels?\b|\bartikeln\b|\bbeitrag|\binhalte?\b|\bleer?\b|\bleyendo|\blectura|\bart[íi]culos?\b|\bcontenidos?\b|\bleggere|\blettura|\barticol[oi]\b|\bcontenut[oi]\b|\bler\b|\blendo\b|\bleia\b|\bleitura|\bartigos?\b|\bmatérias?\b|\bconteúdos?\b
    \b(?:verder|door)?lezen|\blees\b|\bczyta\w*|\bprzeczyta\w*|\bartykuł\w*|чита\w+|дочита\w+|чтобы продолжить|продолжить чтение|продовжити читання|щоб продовжити|стать[юия]\b|статт[юія]\b|матер[иі]ал\w*|полн\w+ (?:текст|верси|доступ)\w*|повн\w+ (?:текст|верс|доступ)\w*
    \bläsa?\b|\blese\b|\bles (?:hele|mer|saken|videre)\b|\blæse?\b|\bsaken\b|\bartiklen\b|\bartikkelen\b|\bartikeln\b|\blue\b|\blukemi\w+|\bjut(?:tu|un)\b|\bartikkeli\w*|čte(?:te|ní)?\b|přečt\w+|článek|článk\w+|olvas\w*|cikk\w*|\btartal\w+|\bciti\b|\bcitești|\barticolul
    \bokumak\b|\bokumaya\b|\bokuyun\b|\bdevamını\b|διαβά\w+|άρθρο|読[みむん]|全文|続き|この記事|コンテンツ|읽\w*|전문|기사|콘텐츠|阅读|閱讀|畅读|暢讀|本文|文章|قراءة|القراءة|المقال|קריאה|כתבה|\bbaca\b|membaca|artikel ini|đọc\b|bài viết|पढ़\w*|लेख|อ่าน
    """
)
PAY_STEMS = _any(
    r"""
    \bsubscri\w+|\bmembership\b|\bmembers only|\bbecome a (?:paid |premium )?member|\bjoin (?:to|now)\b|\b(?:log|sign)[ -]?(?:in|up|on)\b|\blogin\b|\bregister (?:to|now|for free)\b|\bregistration required|\bfree (?:trial|account|articles?)|\barticle limit|\bfor (?:just|only)?\s?[$€£]|\bpremium\b
    \babonn\w+|\b\w*abo\b|\bmit (?:deinem|ihrem) konto\b|\banmeld\w*|\beinlogg\w*|\bregistrier\w*|\bfreischalt\w*|\bkostenpflichtig|\bconnect(?:er|ez)|\bidentifi(?:er|ez)|\binscri(?:re|vez)\w*|\bpayant|\bréservée?s?\b
    \bsus[cb]?cr[ií]\w+|\bsesi[óo]n\b|\breg[íi]str\w+|\bingres[aá]\b|\b[úu]nete\b|\bassin\w+|\bcadastr\w+|\babbon\w+|\baccedi\b|\briservat[oi]|\babonnement|\binlogg\w*|\baanmeld\w*
    \bprenumer\w+|\bsubskry\w+|\b(?:kup|wykup|uzyskaj) dostęp|\bzalog\w+|подпи[сш]\w+|войд\w+|зарегистр\w+|авториз\w+|передплат\w+|підпи[сш]\w+|увій\w+|зареєстр\w+|\blogga in|\blogg inn|\blog ind|\bkjøp\b|\bköp\b|\bkøb\b
    \btilaa?\w*|\btilaj\w+|\bkirjaudu|předplat\w*|predplat\w*|přihlas\w*|előfizet\w*|bejelentkez\w*|\babonea\w*|\babone\b|\bgiriş\b|\büye\b|συνδρομ\w+|εγγραφ\w+|会員|購読|有料|ログイン|登録|購入|구독\w*|유료|회원|로그인|订阅|訂閱|付费|付費|会员|會員|登录|登入|注册
    اشتراك|اشترك|مشترك|للمشتركين|تسجيل|מנוי|הרשמ|התחבר|langganan|masuk|đăng (?:ký|nhập)|thuê bao|सदस्य|सब्सक्राइब|लॉग|สมัคร|สมาชิก
    """
)
# Lines that only sound like it: letters by mail, comments, other channels.
NO_OFFER = _any(
    r"""
    newsletter|e-?mail|inbox|メール|邮箱|郵箱|이메일|ईमेल|البريد|\b(?:по|на|в)\w{0,20} почт|пошт[уаіо]|\brss\b|podcast|telegram|whatsapp|notification|youtube|facebook|instagram|comment|kommentar|rundbrief|infolettre|bolet[íi]n|recensi|рассылк|розсилк|メルマガ|뉴스레터|privacy|cookie|terms
    """
)
PAID_LINES = _any(
    r"""
    ^(?:subscription|registration|login|membership) required|^(?:premium|plus|abo|pro|exklusiv|exclusive?|exclusif|exclusivo)[ -]?(?:artikel|article|content|inhalt|contenu|contenido|conteúdo|contenuto)s?\b|freier zugriff auf alle|\b(?:solo|sólo|apenas|nur|alleen|kun|bare|endast|vain|tylko|pouze|jen|csak|numai|doar|только|лише|sadece|only|open|exclusively|exclusive)(?: (?:open|available|accessible))? (?:per|para|für|voor|for|för|dla|pro|pentru|για|to|по|для)? ?(?:(?:los|las|os|gli|our|paying|paid|digital|registered|premium|unsere|onze) ){0,2}\w*(?:suscriptor|abonad|assinant|abon|prenum|tilaa|subskr|předplat|predplat|előfiz|подпис|участник|передплат|üye|abbonat|socio|miembro|mitglied|subscribers?\b|members\b|readers\b)
    \babonelere özel|\bfor (?:paying|registered) (?:readers|users|subscribers)|\bby creating an? (?:free )?account|\bweiter geht es mit|\bper gli abbonati
    \bunlock (?:this|the|full)\b|free articles? (?:remaining|left)|(?:reached|exceeded|used)[^.]{0,30}(?:article|story|monthly|free|metered)[^.]{0,12}limit|(?:article|story|monthly|free) limit (?:reached|exceeded)|for full access|sign up[^.]{0,20}(?:free )?access|(?:keep|continue) reading for|preview (?:view )?of (?:this|the) (?:article|story|content)
    l'accès à (?:la totalité|l'intégralité)|il vous reste [^\n]{0,30} à (?:lire|découvrir)|réservé à (?:nos|ses|vos) abonnés|残り\s?[\d,]+\s?(?:文字|字)|購読が必要|有料(?:記事|会員|です|プラン)|구독자에게만|buy this article|lee el artículo completo|全文を読むには|artikel freischalten|diesen artikel weiterlesen
    """
)
