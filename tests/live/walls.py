"""Walls and articles as they look, all written for these tests: name -> kind, page, and so on."""

from __future__ import annotations

from typing import NamedTuple

ASKED = "https://news.example/2027/harbour"


class Case(NamedTuple):
    """A page that answered; `kind` of None is an article."""

    kind: str | None
    html: str
    headers: dict[str, str] = {}
    final: str = ASKED
    status: int = 200


def page(title: str, body: str, head: str = "") -> str:
    return (
        f"<!doctype html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>"
    )


STORY = (
    "The harbour of the old town will be dredged next spring, the council decided on Tuesday after "
    "a debate that lasted into the night. Fishermen had asked for the work for years, since two "
    "boats ran aground at low tide. The cost is put at four million, of which the region pays half. "
    "Residents fear noise and the loss of a beach. The mayor promised to hear them in May. "
)
MENU = "".join(
    f"<li><a href='/{name.lower()}'>{name}</a></li>"
    for name in "News Sport Culture Weather Opinion Business Travel Science Books Film Music Food".split()
    for _ in range(3)
)


def news(paragraphs: int = 8, head: str = "", above: str = "", below: str = "") -> str:
    body = "".join(f"<p>{STORY} Part {n} of the report.</p>" for n in range(paragraphs))
    return page(
        "Harbour to be dredged - The Example",
        f"<nav><ul>{MENU}</ul></nav>{above}<article><h1>Harbour to be dredged</h1>{body}</article>"
        f"{below}<footer><ul>{MENU}</ul>All rights reserved</footer>",
        head,
    )


def teaser(offer: str, head: str = "", words: str = STORY) -> str:
    """A paid article: its beginning, an offer, and all the rest of a news page."""
    return page(
        "Harbour to be dredged - The Example",
        f"<header><ul>{MENU}</ul></header><article><h1>Harbour to be dredged</h1><p>{words}</p>"
        f"<div class='offer'>{offer}</div></article><footer><ul>{MENU}</ul></footer>",
        head,
    )


PAID = '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": %s}</script>'
BANNER = (
    "<div id='onetrust-banner-sdk'><p>We value your privacy. We and our partners use cookies.</p>"
    "<button>Accept all</button><button>Reject all</button></div>"
    "<script src='https://cdn.cookielaw.org/scripttemplates/otSDKStub.js'></script>"
)
SCRIPTS = (
    "<script src='https://client.px-cloud.net/PXabc/main.min.js'></script>"
    "<script src='https://js.datadome.co/tags.js'></script>"
    "<script>window.__CF$cv$params={r:'1'};a.src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'</script>"
    "<script src='https://www.google.com/recaptcha/api.js'></script>"
    "<script src='/_Incapsula_Resource?SWJIYLWA=719d34d31c8e3a6e6fffd425f7e032f3'></script>"
)

CHALLENGES = {
    "Cloudflare, a moment": Case(
        "challenge",
        page(
            "Just a moment...",
            "<noscript><div>Enable JavaScript and cookies to continue</div></noscript>"
            "<script>window._cf_chl_opt = {cvId: '3', cType: 'managed'};</script>",
        ),
    ),
    "Cloudflare, by its header": Case("challenge", page("", ""), {"cf-mitigated": "challenge"}),
    "Cloudflare, in German": Case(
        "challenge",
        page("Nur einen Moment…", "<h1>news.example</h1><p>Überprüfung läuft</p>"),
    ),
    "Cloudflare, in Japanese": Case(
        "challenge", page("しばらくお待ちください...", "<p>接続を確認しています</p>")
    ),
    "Cloudflare, blocked": Case(
        "challenge",
        page(
            "Attention Required! | Cloudflare",
            "<h1>Sorry, you have been blocked</h1><p>You are unable to access news.example</p>"
            "<p>Why have I been blocked? This website is using a security service to protect itself"
            " from online attacks.</p><span>Ray ID: 8a1</span>",
        ),
    ),
    "Akamai, denied": Case(
        "challenge",
        "<HTML><HEAD>\n<TITLE>Access Denied</TITLE>\n</HEAD><BODY>\n<H1>Access Denied</H1>\nYou don't "
        'have permission to access "http&#58;&#47;&#47;news&#46;example" on this server.<P>\n'
        "Reference&#32;&#35;18&#46;2d</BODY></HTML>",
    ),
    "Akamai, behavioural": Case(
        "challenge",
        page("&nbsp;", "<div id='sec-if-cpt-container'></div><script src='/Xy/z?v=1'></script>"),
    ),
    "DataDome": Case(
        "challenge",
        page(
            "news.example",
            "<p id='cmsg'>Please enable JS and disable any ad blocker</p><script>var dd={'rt':'c',"
            "'host':'geo.captcha-delivery.com'}</script>",
        ),
    ),
    "HUMAN": Case(
        "challenge",
        page(
            "Access to this page has been denied",
            "<h1>Before we continue...</h1><p>Press &amp; Hold to confirm you are a human (and not"
            " a bot).</p><div id='px-captcha'></div><p>Reference ID 31</p>",
        ),
    ),
    "Imperva, incident": Case(
        "challenge",
        "<html><head><META NAME='robots' CONTENT='noindex'></head><iframe src='/_Incapsula_Resource?"
        "CWUDNSAI=23&amp;xinfo=4'>Request unsuccessful. Incapsula incident ID: 4420-11</iframe></html>",
    ),
    "Imperva, interruption": Case(
        "challenge",
        page(
            "Pardon Our Interruption",
            "<p>As you were browsing something about your browser made us think you were a bot."
            " There are a few reasons this might happen: you're a power user moving with super-human"
            " speed; you've disabled cookies; a plugin prevents JavaScript from running.</p>",
        ),
    ),
    "AWS, challenge": Case(
        "challenge",
        "<html><head><script>window.gokuProps = {'key':'A','iv':'B'};</script><script src='https://"
        "x.token.awswaf.com/x/challenge.js'></script></head><body><div id='challenge-container'>"
        "</div></body></html>",
    ),
    "AWS, by its header": Case("challenge", page("", ""), {"x-amzn-waf-action": "captcha"}),
    "Vercel": Case("challenge", page("Vercel Security Checkpoint", "<p>We're verifying</p>")),
    "Anubis": Case(
        "challenge",
        page(
            "Making sure you're not a bot!",
            "<p>Loading...</p><script id='anubis_challenge' type='application/json'>{}</script>",
        ),
    ),
    "DDoS-Guard": Case(
        "challenge",
        page(
            "DDoS-Guard",
            "<h1>Checking your browser before accessing news.example</h1><p>Please wait a few"
            " seconds.</p><script src='/.well-known/ddos-guard/js-challenge/index.js'></script>",
        ),
    ),
    "Sucuri": Case(
        "challenge",
        page("Sucuri WebSite Firewall - Access Denied", "<p>Block details: your IP</p>"),
    ),
    "F5": Case(
        "challenge",
        "<html><head><title>Request Rejected</title></head><body>The requested URL was rejected."
        " Please consult with your administrator.<br>Your support ID is: 93</body></html>",
    ),
    "Google": Case(
        "challenge",
        page(
            "https://news.example/2027",
            "<p>Our systems have detected unusual traffic from your computer network.</p>"
            "<form id='captcha-form' action='index'><div class='g-recaptcha'></div></form>",
        ),
    ),
    "a captcha and nothing else": Case(
        "challenge", page("news.example", "<form><div class='h-captcha'></div></form>")
    ),
    "an ad blocker is suspected": Case(
        "challenge",
        page("The Example", "<h2>Ad blocker detected</h2><p>Please disable your ad blocker.</p>"),
    ),
    "a robot is suspected, in French": Case(
        "challenge",
        page("The Example", "<p>Merci de confirmer que vous n'êtes pas un robot.</p>"),
    ),
    "a robot is suspected, in Russian": Case(
        "challenge", page("Ой!", "<p>Подтвердите, что запросы отправляли вы, а не робот</p>")
    ),
    "a robot is suspected, in Spanish": Case(
        "challenge",
        page("El Ejemplo", "<p>Por favor, confirma que no eres un robot para continuar</p>"),
    ),
    "a robot is suspected, in Chinese": Case(
        "challenge", page("安全验证", "<p>请完成验证后继续访问</p>")
    ),
    "a queue": Case(
        "challenge",
        page("Queue", "<h1>You are now in line</h1><p>Your estimated wait is 2 minutes.</p>"),
    ),
}

MORE_CHALLENGES = """
DDOS protection by X. Checking your browser
One more step. Please complete the security check
Let's confirm you are human. Complete the security check before continuing.
We think you're a robot. Prove us wrong.
Your access to this site has been limited by the site owner
Einen Moment bitte. Wir prüfen Ihren Browser
Vérification du navigateur. Veuillez patienter
Demuestra que eres humano
Проверяем, что вы не робот
アクセスが集中しています。しばらくお待ちください
滑动验证 请拖动滑块
보안을 위해 로봇이 아님을 확인해 주세요
Please turn JavaScript on and reload the page.
Too Many Requests
Bot detected
Hang on, we're checking you're real
This request looks automated
Wir haben ungewöhnliche Zugriffe festgestellt
Estamos comprobando tu navegador
Мы обнаружили подозрительный трафик
セキュリティチェック中です
""".strip().splitlines()
CHALLENGES |= {
    said: Case("challenge", page("news.example", f"<h1>{said}</h1><p>Reference 18.a</p>"))
    for said in MORE_CHALLENGES
}

PARTNERS = (
    "We and our 812 partners store and access personal data, like browsing data or unique"
    " identifiers, on your device. Selecting I Accept enables tracking technologies. You can"
    " withdraw your consent at any time in the privacy settings. Cookies, device identifiers or"
    " other information can be stored or accessed on your device for the purposes presented to you."
)
CONSENTS = {
    "in English": Case(
        "consent",
        page(
            "We value your privacy",
            f"<h1>We value your privacy</h1><p>{PARTNERS}</p><button>I Accept</button>"
            "<button>Manage options</button><a href='/privacy'>Privacy policy</a>",
        ),
    ),
    "in English, at length": Case(
        "consent",
        page(
            "Your choices",
            f"<h1>Before you continue</h1><p>{PARTNERS}</p><p>{PARTNERS}</p><p>{PARTNERS}</p>"
            "<button>Accept all</button><button>Reject all</button>",
        ),
    ),
    "in German, ads or money": Case(
        "consent",
        page(
            "Weiterlesen mit Werbung oder im Abo",
            "<h2>Mit Werbung weiterlesen</h2><p>Besuchen Sie uns wie gewohnt mit Werbung und"
            " Tracking. Ihre Zustimmung können Sie jederzeit widerrufen. Details zu Werbung und"
            " Tracking finden Sie in unserer Datenschutzerklärung.</p><button>Alle akzeptieren"
            "</button><h2>Werbefrei im PUR-Abo</h2><p>Ohne Tracking, ohne Cookies.</p>",
        ),
    ),
    "in French": Case(
        "consent",
        page(
            "Le respect de votre vie privée",
            "<p>Avec votre consentement, nos 210 partenaires et nous utilisons des cookies pour"
            " stocker et accéder à des données personnelles comme votre visite sur ce site. Vous"
            " pouvez retirer votre consentement à tout moment.</p><button>Accepter et fermer"
            "</button><a href='#'>Continuer sans accepter</a>",
        ),
    ),
    "in Spanish": Case(
        "consent",
        page(
            "Su privacidad",
            "<p>Nosotros y nuestros socios almacenamos cookies y procesamos datos personales."
            " Puede retirar su consentimiento en cualquier momento. Política de privacidad.</p>"
            "<button>Aceptar y continuar</button>",
        ),
    ),
    "in Italian": Case(
        "consent",
        page(
            "Privacy",
            "<p>Noi e i nostri 300 partner utilizziamo cookie e trattiamo dati personali con il tuo"
            " consenso. Puoi revocare il consenso.</p><button>Accetta e continua</button>",
        ),
    ),
    "in Dutch": Case(
        "consent",
        page(
            "Cookies",
            "<p>Wij en onze partners gebruiken cookies en verwerken persoonsgegevens. Geef je"
            " toestemming? Lees ons privacybeleid.</p><button>Alles accepteren</button>",
        ),
    ),
    "in Polish": Case(
        "consent",
        page(
            "Twoja prywatność",
            "<p>My i nasi zaufani partnerzy przetwarzamy dane osobowe i używamy plików cookies za"
            " Twoją zgodą. Szanujemy prywatność.</p><button>Przejdź do serwisu</button>",
        ),
    ),
    "in Swedish": Case(
        "consent",
        page(
            "Samtycke",
            "<p>Vi använder cookies och behandlar personuppgifter med ditt samtycke. Du kan återkalla"
            " ditt samtycke.</p><button>Godkänn alla</button>",
        ),
    ),
    "in Russian": Case(
        "consent",
        page(
            "Файлы cookie",
            "<p>Мы используем файлы cookie и обрабатываем персональные данные с вашего согласия."
            " Политика конфиденциальности.</p><button>Принять все</button>",
        ),
    ),
    "at an address of its own": Case(
        "consent",
        page("The Example", "<div id='app'></div>"),
        {},
        "https://consent.news.example/v2/collect?continue=x",
    ),
    "on a path of its own": Case(
        "consent",
        page("The Example", "<div id='app'></div>"),
        {},
        "https://www.news.example/cookiewall/?to=%2F2027",
    ),
}

OFFERS = {
    "English": "Subscribe to continue reading. Already a subscriber? Log in.",
    "English, unlocked": "<h3>Unlock this article</h3> Become a subscriber from 1 a month.",
    "English, members": "This story is only available to subscribers.",
    "English, metered": "You have read your last free article this month.",
    "English, registered": "Create a free account to continue reading",
    "English, the full story": "To read the full story, subscribe or sign in.",
    "German": "Weiterlesen mit EXAMPLE+. Jetzt abonnieren und alle Artikel lesen.",
    "German, paid": "Dieser Artikel ist kostenpflichtig. Sie haben bereits ein Abo?",
    "French": "La suite est réservée aux abonnés. Il vous reste 80 % de cet article à lire.",
    "French, reserved": "Cet article est réservé aux abonnés.",
    "Spanish": "Suscríbete para seguir leyendo. ¿Ya eres suscriptor?",
    "Italian": "Abbonati per continuare a leggere. Contenuto riservato agli abbonati.",
    "Portuguese": "Assine para continuar lendo. Conteúdo exclusivo para assinantes.",
    "Dutch": "Verder lezen? Dit artikel is exclusief voor abonnees.",
    "Polish": "Aby przeczytać całość, wykup prenumeratę. Artykuł dostępny tylko dla prenumeratorów.",
    "Russian": "Чтобы прочитать полностью, оформите подписку.",
    "Ukrainian": "Щоб читати далі, оформіть передплату.",
    "Swedish": "Prenumerera för att läsa hela artikeln.",
    "Norwegian": "Denne saken er kun for abonnenter.",
    "Danish": "Artiklen er forbeholdt abonnenter.",
    "Finnish": "Artikkeli on vain tilaajille. Tilaa ja jatka lukemista.",
    "Czech": "Článek je dostupný pouze pro předplatitele.",
    "Hungarian": "A cikk folytatása csak előfizetőknek érhető el.",
    "Turkish": "Haberin tamamını okumak için abone olun.",
    "Japanese": "この記事は有料会員限定です。残り 1200文字",
    "Korean": "이 기사는 유료회원 전용입니다. 로그인 후 이용하실 수 있습니다.",
    "Chinese": "订阅后继续阅读全文",
    "Arabic": "هذا المقال متاح للمشتركين فقط. اشترك لمتابعة القراءة",
}
MORE_OFFERS = """
Get unlimited access to all our journalism. Subscribe today to keep reading.
Enjoying this article? Subscribe to get the full story.
You've hit your monthly limit. Subscribe for unlimited access.
This is a subscriber-only story.
Exclusively for members. Log in or join today to read on.
To view this content, log in with your subscriber account.
Already have an account? Sign in to continue.
Don't miss out on the rest of this story. Start your subscription.
Diesen Inhalt können Sie nur mit einem Digitalabo lesen.
Sie möchten weiterlesen? Dann testen Sie unser Angebot. Jetzt abonnieren.
Das ist ein Premium-Artikel. Bitte melden Sie sich an.
Exklusiv für Abonnenten
Noch kein Abo? Jetzt bestellen und alle Texte lesen
La lecture de cet article est réservée aux abonnés
Débloquez cet article et soutenez un journalisme indépendant : abonnez-vous
Envie de lire la suite ? Profitez de notre offre
Vous devez être abonné pour lire cet article.
Este contenido es exclusivo para suscriptores digitales
Suscríbete y lee sin límites
Regístrese gratis para leer este artículo
Accede a todos los contenidos con tu suscripción
Questo articolo è riservato agli abbonati
Vuoi leggere l'articolo completo? Abbonati
Para ler esta reportagem na íntegra, assine
Este conteúdo é exclusivo para assinantes
Wil je dit artikel lezen? Neem een abonnement
Inloggen om verder te lezen
Dalsza część artykułu dostępna dla prenumeratorów
Zaloguj się, aby czytać dalej
Полный текст доступен только подписчикам
Оформите подписку, чтобы читать полную версию
Цей матеріал доступний лише для передплатників
Artikeln är låst. Logga in eller bli prenumerant
Du må ha abonnement for å lese denne saken
For at læse artiklen skal du være abonnent
Tämä artikkeli on tilaajille
Pokračování článku je dostupné pouze předplatitelům
Az oldal további tartalma előfizetők számára érhető el
Acest articol este disponibil doar pentru abonați
Bu içeriğin devamını okumak için abone olmalısınız
Αυτό το άρθρο είναι διαθέσιμο μόνο για συνδρομητές
ここから先は有料会員限定です
続きをお読みいただくには会員登録が必要です
이어서 읽으시려면 구독해 주세요
以下为会员专享内容
登录后阅读全文
هذا المحتوى حصري للمشتركين
כתבה זו פתוחה למנויים בלבד
Artikel ini khusus untuk pelanggan. Berlangganan untuk membaca selengkapnya
The rest of this report is for paying readers only.
Finish this article by creating an account
Support our newsroom to read on: subscribe for $1
Sorry, this piece is only open to digital subscribers
Read this story free for 30 days with a trial subscription
Weiter geht es mit dem Digital-Abo
Jetzt Artikel kaufen oder abonnieren
Cet article est payant
Lisez la suite en vous abonnant
Esta noticia es solo para abonados
Hazte socio y sigue leyendo
Il resto dell'articolo è per gli abbonati
Leia mais com uma assinatura
Alleen abonnees kunnen dit artikel lezen
Czytaj bez limitów, kup subskrypcję
Доступ к статье только по подписке
Читайте материал целиком по подписке
Vill du läsa hela? Bli prenumerant
Kun abonnenter kan lese hele saken
Tilaajana voit lukea koko jutun
Celý text je jen pro předplatitele
Yazının tamamı abonelere özel
会員登録すると続きをご覧いただけます
구독하고 전문 보기
开通会员，阅读全文
اشترك الآن لقراءة المقال كاملاً
""".strip().splitlines()
PAYWALLS = {
    **{f"an offer: {offer}": Case("paywall", teaser(offer)) for offer in MORE_OFFERS},
    **{f"an offer, {name}": Case("paywall", teaser(offer)) for name, offer in OFFERS.items()},
    "schema.org says so, and little is shown": Case(
        "paywall", teaser("", PAID % "false", STORY[:300])
    ),
    "schema.org says so in words": Case("paywall", teaser("", PAID % '"False"', STORY[:300])),
    "its tier is locked": Case(
        "paywall",
        teaser("", '<meta property="article:content_tier" content="locked">', STORY[:300]),
    ),
    "an offer and nothing else": Case(
        "paywall", page("The Example", "<h1>Subscribe to read</h1><p>From 1 a month.</p>")
    ),
    "redirected to the offers": Case(
        "paywall", page("Offers", "<p>Choose a plan.</p>"), {}, "https://news.example/subscribe?x"
    ),
}

FORM = "<form><input name='user'><input type='password' name='p'><button>Log in</button></form>"
LOGINS = {
    "a form": Case("login", page("Log in", f"<h1>Log in to The Example</h1>{FORM}")),
    "a form in German": Case(
        "login", page("Anmelden", FORM.replace("Log in", "Anmelden") + "Passwort vergessen?")
    ),
    "redirected to one": Case(
        "login", page("The Example", "<div id='app'></div>"), {}, "https://login.news.example/?to=x"
    ),
    "redirected to its path": Case(
        "login", page("The Example", "<div id='app'></div>"), {}, "https://news.example/sign-in"
    ),
}
REGIONS = {
    "Europeans": Case(
        "region",
        page(
            "The Example",
            "<p>We recognize you are attempting to access this website from a country belonging to"
            " the European Economic Area (EEA) and therefore access cannot be granted.</p>",
        ),
    ),
    "elsewhere": Case(
        "region", page("The Example", "<p>This content is not available in your region.</p>")
    ),
}
ARTICLES = {
    "an article": Case(None, news()),
    "an article of one paragraph": Case(None, news(1)),
    "with every vendor's scripts": Case(None, news(3, SCRIPTS)),
    "with a banner for cookies": Case(None, news(3, "", BANNER)),
    "short, with a banner for cookies": Case(None, news(1, "", BANNER)),
    "with offers to subscribe in its frame": Case(
        None,
        news(2, "", "<p>Already a subscriber? Log in</p><a href='/abo'>Subscribe now</a>", MENU * 9
        + "<p>Subscribe to continue reading other stories</p>"),
    ),
    "that is paid, but sent whole": Case(None, news(8, PAID % "false")),
    "that is free and says so": Case(None, news(1, PAID % "true")),
    "with a form to log in": Case(None, news(3, "", FORM)),
    "about cookies": Case(
        None,
        page(
            "Browser makers give up cookies",
            f"<ul>{MENU}</ul><article><h1>Browser makers give up cookies</h1>"
            + "".join(
                f"<p>Third-party cookies will go, say the makers of browsers. Privacy groups welcome"
                f" that consent is no longer asked for. Report {n}. {STORY}</p>"
                for n in range(4)
            )
            + f"</article>{BANNER}",
        ),
    ),
    "about a captcha": Case(
        None,
        news(4).replace("Harbour to be dredged", "Are you a robot? How captchas learn"),
    ),
    "that a redirect led to": Case(None, news(), {}, "https://www.news.example/2027/harbour-2"),
}  # fmt: skip
WALLS = {
    f"{kind}: {name}": case
    for kind, cases in (
        ("challenge", CHALLENGES),
        ("consent", CONSENTS),
        ("paywall", PAYWALLS),
        ("login", LOGINS),
        ("region", REGIONS),
    )
    for name, case in cases.items()
}
