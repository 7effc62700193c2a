"""Walls and articles as whole pages of twenty invented sites, built as publishers, vendors of consent
and of protection build theirs. Their words are in strangers.toml; nothing in live/walls.py was made
for half of them."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

from tests.live.walls import ASKED as ADDRESS
from tests.live.walls import Case

Words = dict[str, Any]
STYLES = "post", "next", "table", "node", "arc"
# What such vendors add to every page of a site, walls or none.
EVERYWHERE = (
    '<script src="https://cdn.cookielaw.org/scripttemplates/otSDKStub.js" data-domain-script="9f1"></script>',
    '<script src="https://sdk.privacy-center.org/11/loader.js?target=paper.example" async></script>'
    '<script>window.didomiConfig={app:{apiKey:"11"},notice:{position:"popup"}};</script>',
    '<script src="https://cdn.privacy-mgmt.com/unified/wrapperMessagingWithoutDetection.js" async></script>'
    "<script>window._sp_queue=[];window._sp_={config:{accountId:1122,baseEndpoint:'https://cdn.privacy-mgmt.com'}}</script>",
    '<script>(function(src){var a=document.createElement("script");a.src=src;document.head.append(a);'
    'tp=window.tp||[];tp.push(["setAid","zz9"])})("//cdn.tinypass.com/api/tinypass.min.js");</script>',
    '<script src="https://assets.poool.fr/access.min.js" id="poool-access" async></script>',
    '<script src="https://www.google.com/recaptcha/enterprise.js?render=6Lxx" async defer></script>',
    "<script>(function(){var d=document.createElement('script');d.innerHTML=\"window.__CF$cv$params={r:'8f'};"
    "var a=document.createElement('script');a.src='/cdn-cgi/challenge-platform/scripts/jsd/main.js';\"})();</script>",
    '<script src="https://js.datadome.co/tags.js" async></script><script>window.ddjskey="A1B2";</script>',
    '<script src="/_Incapsula_Resource?SWJIYLWA=719d34d31c8e3a6e&amp;ns=2&amp;cb=441" async></script>',
    "<script>window._pxAppId='PXab12cd';(function(){var p=document.createElement('script');"
    "p.src='//client.px-cloud.net/PXab12cd/main.min.js'})();</script>",
    '<script src="https://a1b2.edge.sdk.awswaf.com/a1b2/c3/challenge.compact.js" defer></script>',
    '<script>window.bazadebezolkohpepadr="18231";</script><script src="https://www.paper.example/akam/13/5f1c" defer></script>',
    '<script src="https://cdn.pelcro.com/js/ui-plugin/main.min.js" async></script>',
    '<script async src="https://news.google.com/swg/js/v1/swg-basic.js"></script>',
    '<script src="https://app.usercentrics.eu/browser-ui/latest/loader.js" data-settings-id="x1" async></script>',
)


def answer(
    kind: str | None,
    html: str,
    status: int = 200,
    headers: dict[str, str] | None = None,
    final: str = ADDRESS,
) -> Case:
    return Case(kind, html, headers or {}, final, status)


def bars(text: str) -> list[str]:
    return [part.strip() for part in text.split("|")]


def lines(text: str) -> list[str]:
    return [part for part in text.split("\n") if part]


def presses(text: str) -> list[str]:
    return [part.strip() for part in text.split(" / ")] if text else []


def buttons(labels: list[str], link: bool = False) -> str:
    if link:
        return "".join(
            f'<a class="btn btn--cta" href="/go/{n}"><span>{label}</span></a>'
            for n, label in enumerate(labels)
        )
    return "".join(
        f'<button type="button" class="sc-{n}f2">{label}</button>' for n, label in enumerate(labels)
    )


def metadata(w: Words, lang: str, title: str, free: bool | None, kind: str = "NewsArticle") -> str:
    said: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": kind,
        "headline": title,
        "datePublished": "2031-03-04T06:00:00Z",
        "inLanguage": lang,
        "publisher": {
            "@type": "Organization",
            "name": w["site"],
            "logo": {"@type": "ImageObject", "url": "/l.png"},
        },
        "mainEntityOfPage": ADDRESS,
    }
    if free is not None:
        said["isAccessibleForFree"] = free
    if free is False:
        said["hasPart"] = {
            "@type": "WebPageElement",
            "isAccessibleForFree": False,
            "cssSelector": ".premium-body",
        }
    return f'<script type="application/ld+json">{json.dumps(said, ensure_ascii=False)}</script>'


def frame(
    w: Words,
    lang: str,
    style: str,
    number: int,
    title: str,
    main: str,
    head: str = "",
    over: str = "",
    article: bool = True,
    account: bool = True,
    foot: bool = True,
) -> str:
    """A page of the site around `main`; `over` is what comes last in the body."""
    nav = w["nav"].split()
    menu = "".join(
        f'<li class="menu-item"><a href="/{n}/">{name.replace("-", " ")}</a></li>'
        for n, name in enumerate(nav)
    )
    sub = "".join(
        f'<ul class="sub">{"".join(f"<li><a href=/{n}/{m}>{name} {m}</a></li>" for m in range(3))}</ul>'
        for n, name in enumerate(nav[:7])
    )
    more = "".join(
        f'<li><a href="/s/{n}"><img src="/t{n}.jpg" alt=""><h3>{each}</h3></a></li>'
        for n, each in enumerate(w["more"])
    )
    bottom = "".join(
        f'<a href="/{each}">{each.replace("-", " ")}</a> ' for each in w["foot"].split()
    )
    news, order = bars(w["letter"])
    plus, take = bars(w["plus"])
    talk, enter = bars(w["talk"])
    cookie = bars(w["banner"])
    banner = f'<div id="cookie-bar" class="cb" hidden><p>{cookie[0]}</p>{buttons(cookie[1:])}</div>'
    letter = f'<form class="newsletter" action="/nl"><p>{news}</p><input type="email" name="mail"><button>{order}</button></form>'
    promo = f'<div class="promo"><p>{plus}</p><a href="/abo">{take}</a></div>'
    comments = f'<section id="comments"><p>{talk}</p><a href="/login">{enter}</a></section>'
    login = (
        f'<div class="account"><a href="/login" rel="nofollow">{enter}</a> <a href="/abo">{take}</a></div>'
        if account
        else ""
    )
    state = json.dumps(
        {"page": {"title": title, "id": 4711, "tags": w["more"]}, "user": None}, ensure_ascii=False
    )
    vendors = EVERYWHERE[number % 15] + EVERYWHERE[(number * 7 + 3) % 15]
    og = (
        f'<meta property="og:title" content="{title}"><meta property="og:type" content="{"article" if article else "website"}">'
        f'<meta property="og:site_name" content="{w["site"]}"><link rel="canonical" href="{ADDRESS}">'
    )
    top = (
        f'<!DOCTYPE html>\n<html lang="{lang}"><head><meta charset="utf-8"><title>{title} | {w["site"]}</title>'
        f'<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/a.css">{og}{vendors}{head}'
        "<style>.fade{background:linear-gradient(transparent,#fff)}.hide{display:none}</style>"
        "<script>(function(w,d,s,l,i){w[l]=w[l]||[];w[l].push({'gtm.start':1})})(window,document,'script','dataLayer','GTM-1');</script></head>"
    )
    around = {
        "comments": comments if number % 2 else "",
        "letter": letter if number % 3 else "",
        "promo": promo if number % 4 else "",
        "banner": banner if number % 3 != 1 else "",
    }
    if not foot:
        around = dict.fromkeys(around, "")
    if style == "post":
        body = (
            f'<body class="single single-post"><a class="skip" href="#content">↓</a><header id="masthead">{login}<a href="/">{w["site"]}</a>'
            f'<nav id="site-navigation"><ul class="menu">{menu}</ul>{sub}</nav></header><div id="content"><div id="primary">{main}{around["comments"]}</div>'
            f'<aside id="secondary" class="widget-area"><ul>{more}</ul>{around["letter"]}</aside></div>'
            f'<footer id="colophon">{around["promo"]}{bottom}<p>© 2031 {w["site"]}</p></footer>{around["banner"]}{over}</body></html>'
        )
    elif style == "next":
        body = (
            f'<body><div id="__next"><div class="css-1x0">{around["banner"]}<header class="css-h1">{login}<nav class="css-n2"><ul>{menu}</ul></nav></header>'
            f'<main class="css-m3">{main}</main><section class="css-r4"><ul>{more}</ul></section>{around["letter"]}{around["promo"]}'
            f'<footer class="css-f5">{bottom}</footer></div></div>{over}<script id="__NEXT_DATA__" type="application/json">{state}</script></body></html>'
        )
    elif style == "table":
        body = (
            f'<body bgcolor="#fff"><div id="wrap"><div id="header"><b>{w["site"]}</b>{login}<ul class="nav">{menu}</ul></div>'
            f'<table width="100%"><tr><td id="left"><ul>{more}</ul></td><td id="content">{main}{around["comments"]}</td></tr></table>'
            f'<div id="footer">{around["letter"]}{bottom}</div></div>{around["banner"]}{over}</body></html>'
        )
    elif style == "node":
        body = (
            f'<body class="path-node page-node-type-article"><div class="region region-header">{login}<nav role="navigation"><ul>{menu}</ul>{sub}</nav></div>'
            f'<div class="layout-container"><div class="region region-content">{main}</div><div class="region region-sidebar"><ul>{more}</ul>{around["letter"]}</div></div>'
            f'<footer role="contentinfo">{around["promo"]}{bottom}</footer>{around["banner"]}{over}</body></html>'
        )
    else:
        body = (
            f'<body><div id="fusion-app" class="layout-section"><header class="b-header">{login}<div class="flyout"><ul>{menu}</ul>{sub}</div></header>'
            f'<main id="main" class="b-article-body">{main}{around["promo"]}<div class="b-results"><ul>{more}</ul></div>{around["comments"]}</main>'
            f'<footer class="b-footer">{around["letter"]}{bottom}</footer></div>{around["banner"]}{over}<script id="fusion-metadata">Fusion.globalContent={state};</script></body></html>'
        )
    return top + body


def story(
    style: str, title: str, paragraphs: list[str], inner: str = "", html: str | None = None
) -> str:
    text = html if html is not None else "".join(f"<p>{each}</p>" for each in paragraphs)
    time = '<time datetime="2031-03-04T06:00:00Z">04/03/2031</time>'
    if style == "post":
        return (
            f'<article class="post hentry"><header class="entry-header"><h1 class="entry-title">{title}</h1>{time}</header>'
            f'<div class="entry-content">{text}{inner}</div></article>'
        )
    if style == "next":
        return f'<article class="css-a9"><h1 class="css-t1">{title}</h1><div class="css-by">{time}</div><section class="css-b7">{text}</section>{inner}</article>'
    if style == "table":
        return f"<h1>{title}</h1><div class=date>{time}</div><div class=text>{text}</div>{inner}"
    if style == "node":
        return f'<article class="node node--type-article"><h1>{title}</h1>{time}<div class="field field--name-body field__item">{text}</div>{inner}</article>'
    return f'<article><h1 data-testid="headline">{title}</h1>{time}<div class="article-body" data-testid="body">{text}</div>{inner}</article>'


def bare(lang: str, title: str, body: str, head: str = "", attrs: str = "") -> str:
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">{head}</head><body{attrs}>{body}</body></html>'
    )


def offer(said: list[str], press: list[str], tag: str, attrs: str, link: bool) -> str:
    first, *rest = said
    text = "".join(f"<p>{each}</p>" for each in rest)
    return f"<{tag} {attrs}><h2>{first}</h2>{text}{buttons(press, link)}</{tag}>"


PAID = "metered hard freemium soft spa".split()


def paid(
    w: Words,
    lang: str,
    style: str,
    number: int,
    like: str,
    title: str,
    lead: str,
    said: list[str],
    press: list[str],
) -> Case:
    head, over, inner = "", "", ""
    shown = [lead]
    link = number % 2 == 0
    if like == "metered":
        shown = [f"{lead}", '<span class="fade"></span>']
        head = metadata(w, lang, title, False)
        over = offer(
            said, press, "div", 'class="overlay-meter" role="dialog" aria-modal="true"', link
        )
    elif like == "hard":
        inner = offer(said, press, "div", 'class="c-offer"', link)
        head = EVERYWHERE[3] if number % 2 else ""
    elif like == "freemium":
        shown = [lead + ("..." if number % 2 else " …")]
        inner = offer(
            said,
            press,
            "section",
            f'class="{("paywall", "article-gate", "premium-teaser")[number % 3]}"',
            link,
        )
    elif like == "soft":
        head = metadata(w, lang, title, False)
        inner = offer(said, press, "div", 'data-poool="9"', link)
    else:
        head = '<meta name="article:content_tier" content="metered">' + metadata(
            w, lang, title, False
        )
        inner = offer(said, press, "div", 'class="css-pw1"', link)
        style = "next"
    return answer(
        "paywall",
        frame(w, lang, style, number, title, story(style, title, shown, inner), head, over),
    )


def form(said: list[str], fields: list[str], secret: bool) -> str:
    first, *rest = said
    inputs = fields[: 2 if secret else 1]
    html = f'<label>{inputs[0]}<input type="{"text" if secret else "email"}" name="user" autocomplete="username"></label>'
    if secret:
        html += f'<label>{inputs[1]}<input type="password" name="pw" autocomplete="current-password"></label>'
    rest_of = fields[len(inputs) :]
    html += f'<button type="submit">{rest_of[0]}</button>' + "".join(
        f'<a href="/a/{n}">{each}</a>' for n, each in enumerate(rest_of[1:])
    )
    text = "".join(f"<p>{each}</p>" for each in rest)
    return f'<div class="card"><h1>{first}</h1>{text}<form method="post" action="/session"><input type="hidden" name="csrf" value="q1">{html}</form></div>'


def consent(
    w: Words, lang: str, number: int, like: str, title: str, said: list[str], press: list[str]
) -> Case:
    first, *rest = said
    text = "".join(f"<p>{each}</p>" for each in rest)
    vendor = {"onetrust": 0, "didomi": 1, "sourcepoint": 2, "usercentrics": 14}.get(like)
    head = EVERYWHERE[vendor] if vendor is not None else ""
    legal = "".join(
        f'<a href="/{each}">{each.replace("-", " ")}</a> ' for each in w["foot"].split()[-3:]
    )
    if like == "pur":
        head = (
            '<script src="https://cdn.contentpass.net/lib/contentpass.js"></script>'
            if number % 2
            else ""
        )
        half = max(len(rest) // 2, 1)
        columns = "".join(
            f'<div class="col"><p>{" ".join(part)}</p>{buttons(press[n : n + 1])}</div>'
            for n, part in enumerate((rest[:half], rest[half:]))
            if part
        )
        body = f'<div class="cp-layer"><img src="/logo.svg" alt="{w["site"]}"><h1>{first}</h1>{columns}{buttons(press[2 if len(rest) > 1 else 1 :], True)}</div><footer>{legal}</footer>'
    elif like == "quantcast":
        head = '<script src="https://cmp.inmobi.com/choice/p-1a/paper.example/choice.js?tag_version=V3" async></script>'
        body = f'<div id="qc-cmp2-container"><div class="qc-cmp2-summary"><h2>{first}</h2>{text}{buttons(press)}</div></div>'
    elif like == "homemade":
        boxes = "".join(
            f'<label><input type="checkbox" name="c{n}"{" checked disabled" if not n else ""}></label>'
            for n in range(3)
        )
        body = f'<div class="logo">{w["site"]}</div><div class="box"><h1>{first}</h1>{text}<form action="/consent" method="post">{boxes}{buttons(press)}</form></div><footer>{legal}</footer>'
    else:
        body = f'<div class="privacy-cp-wall"><h1>{first}</h1>{text}<div class="actions">{buttons(press)}</div></div><footer>{legal}</footer>'
    final = ADDRESS
    if like == "redirectconsent":
        final = "https://myprivacy.paper.example/consent/?siteKey=Ff1&callbackUrl=https%3A%2F%2Fwww.paper.example%2Fprivacy%2Faccept%3FredirectUri%3D%2F2031%2F03%2F04%2Fstory-4711.html"
    return answer("consent", bare(lang, title, body, head), final=final)


REF = "0.4f2e1102.1930111111.3ab1c2d"


def challenge(
    w: Words, lang: str, number: int, like: str, title: str, said: list[str], press: list[str]
) -> Case:
    host = "www.paper.example"
    first, rest = (said[0], "".join(f"<p>{each}</p>" for each in said[1:])) if said else ("", "")
    name = like.rstrip("0123456789")
    status = int(like[len(name) :])
    made: dict[str, tuple[str, dict[str, str]]] = {
        "cloudflare": (
            f'<!DOCTYPE html><html lang="en-US"><head><title>{title}</title><meta http-equiv="Content-Type" content="text/html; charset=UTF-8">'
            '<meta http-equiv="X-UA-Compatible" content="IE=Edge"><meta name="robots" content="noindex,nofollow"><meta http-equiv="refresh" content="390"></head>'
            + (
                f'<body><div class="main-wrapper" role="main"><div class="main-content"><noscript><div class="h2"><span id="challenge-error-text">{first}</span></div></noscript></div></div>'
                if status == 403
                else f'<body class="no-js"><div class="main-wrapper" role="main"><div class="main-content"><h1 class="zone-name-title h1">{first}</h1><p id="Vkb1" class="h2">{said[1]}</p>{rest}<div id="cf-spinner"></div></div></div>'
            )
            + "<script>(function(){window._cf_chl_opt={cvId:'3',cZone:\"www.paper.example\",cType:'managed',cRay:'8f3b',cH:'x'};var a=document.createElement('script');"
            "a.src='/cdn-cgi/challenge-platform/h/g/orchestrate/chl_page/v1?ray=8f3b';document.getElementsByTagName('head')[0].appendChild(a);}());</script></body></html>",
            {"server": "cloudflare", "cf-ray": "8f3b-FRA"}
            | ({"cf-mitigated": "challenge"} if status == 403 else {}),
        )
        if name == "cloudflare" and status != 1020
        else ("", {}),
    }
    if name == "cloudflare" and status == 1020:
        html = (
            f'<!DOCTYPE html><html class="no-js" lang="en-US"><head><title>{title}</title><meta name="robots" content="noindex, nofollow">'
            '<link rel="stylesheet" id="cf_styles-css" href="/cdn-cgi/styles/main.css"></head><body><div id="cf-wrapper"><div id="cf-error-details">'
            f'<header><h1>{first}</h1></header><section>{rest}</section><div class="cf-error-footer"><span>Ray ID: <strong>8f3b</strong></span> <span>Performance &amp; security by Cloudflare</span></div></div></div></body></html>'
        )
        return answer("challenge", html, 403, {"server": "cloudflare", "cf-ray": "8f3b-FRA"})
    if name == "cloudflare":
        html, headers = made["cloudflare"]
        return answer("challenge", html, status, headers)
    if name == "akamai" and status == 403:
        html = (
            f'<HTML><HEAD>\n<TITLE>Access Denied</TITLE>\n</HEAD><BODY>\n<H1>Access Denied</H1>\n \nYou don\'t have permission to access "http&#58;&#47;&#47;{host}&#47;2031" on this server.<P>\n'
            f"Reference&#32;&#35;18&#46;4f2e1102&#46;1930&#46;3ab\n<P>https&#58;&#47;&#47;errors&#46;edgesuite&#46;net&#47;18&#46;4f2e\n</P>\n</BODY>\n</HTML>"
        )
        return answer("challenge", html, 403, {"server": "AkamaiGHost"})
    if name == "akamai":
        html = (
            '<html><head><meta charset="utf-8"><title>&nbsp;</title><meta http-equiv="refresh" content="5; URL=\'/2031/03/04/story-4711.html?bm-verify=AAQAAAAJ\'" /></head><body>'
            '<script>var i=1930111111;var j=i+Number("2719"+"10441");var xhr=new XMLHttpRequest();xhr.open("POST","/_sec/verify?provider=interstitial",false);'
            'xhr.send(JSON.stringify({"bm-verify":"AAQ","pow":j}));</script><noscript></noscript></body></html>'
        )
        return answer("challenge", html, 200, {"server": "AkamaiNetStorage"})
    if name == "datadome":
        html = (
            f'<html lang="{lang}"><head><title>{title}</title><style>#cmsg{{animation: A 1.5s;}}</style></head><body style="margin:0"><p id="cmsg">{" ".join(said)}</p>'
            "<script data-cfasync=\"false\">var dd={'rt':'c','cid':'AHrl','hsh':'1D2','t':'fe','s':171,'e':'9c','host':'geo.captcha-delivery.com'}</script>"
            '<script data-cfasync="false" src="https://ct.captcha-delivery.com/c.js"></script></body></html>'
        )
        return answer(
            "challenge",
            html,
            status,
            {"x-datadome": "protected", "server": "DataDome"} if status == 403 else {"x-dd-b": "1"},
        )
    if name == "perimeterx":
        scripts = (
            '<script>window._pxVid="";window._pxUuid="a1";window._pxAppId="PXab12cd";window._pxHostUrl="/ab12cd/xhr";</script>'
            '<script src="/ab12cd/captcha/PXab12cd/captcha.js?a=c&u=a1&m=0"></script>'
        )
        html = bare(
            lang,
            title,
            f'<div class="px-captcha-container"><div class="px-captcha-header">{first}</div><div class="px-captcha-message">{rest}</div><div id="px-captcha"></div><p>Reference ID a1b2</p></div>{scripts}',
        )
        return answer("challenge", html, status)
    if name == "incapsula":
        html = (
            '<html style="height:100%"><head><META NAME="ROBOTS" CONTENT="NOINDEX, NOFOLLOW"><meta name="format-detection" content="telephone=no">'
            '<script src="/rinstance-Thy-selfe-spight-Macb-Let-grow-toway-to" async></script></head><body style="margin:0px;height:100%">'
            '<iframe id="main-iframe" src="/_Incapsula_Resource?SWUDNSAI=31&xinfo=9-1&incident_id=1-9&edet=12&cinfo=04" frameborder=0 width="100%" height="100%">'
            "Request unsuccessful. Incapsula incident ID: 1204000170-91230411</iframe></body></html>"
        )
        return answer("challenge", html, 200, {"x-iinfo": "9-1-1 NNNN"})
    if name == "awswaf":
        html = (
            '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title></title><script>window.awsWafCookieDomainList=[];window.gokuProps={"key":"AQ","iv":"C","context":"x"};</script>'
            '<script src="https://a1b2.c3.eu-west-1.token.awswaf.com/a1b2/c3/challenge.js"></script></head><body><div id="challenge-container"></div>'
            f"<script>AwsWafIntegration.saveReferrer();AwsWafIntegration.checkForceRefresh().then(f=>{{AwsWafIntegration.getToken().then(()=>location.reload(true))}});</script><noscript><h1>{first}</h1>{rest}</noscript></body></html>"
        )
        return answer(
            "challenge", html, 202, {"x-amzn-waf-action": "challenge", "server": "CloudFront"}
        )
    if name == "kasada":
        html = '<!DOCTYPE html><html><head></head><body><script>window.KPSDK={};KPSDK.now=typeof performance!=="undefined"?performance.now.bind(performance):Date.now;KPSDK.start=KPSDK.now();</script><script src="/149e9513-01fa-4fb0-aad4-566afd725d1b/2d206a39-8ed7-437e-a3be-862e0f06eea3/ips.js?ak=1"></script></body></html>'
        return answer("challenge", html, 429, {"x-kpsdk-ct": "0a1"})
    if name == "f":  # f5200
        return answer(
            "challenge",
            f"<html><head><title>{title}</title></head><body>{'<br><br>'.join(said)}</body></html>",
            200,
        )
    if name == "vercel":
        return answer(
            "challenge",
            bare(
                lang,
                title,
                f'<div id="root"><div class="spinner"></div><p id="header-text">{first}</p><p id="footer-text">fra1::1712</p></div><script>fetch("/.well-known/vercel/security/request-challenge",{{method:"POST"}})</script>',
            ),
            429,
            {"x-vercel-mitigated": "challenge", "server": "Vercel"},
        )
    if name == "wordfence":
        return answer(
            "challenge",
            bare(
                lang,
                title,
                f'<div class="inner"><h1>{first}</h1>{rest}<p>Generated by Wordfence at Tue, 4 Mar 2031 6:00:00 GMT.</p></div>',
            ),
            503,
            {"retry-after": "3600"},
        )
    if name == "sucuri":
        return answer(
            "challenge",
            f'<!DOCTYPE html><html><head><title>{title}</title></head><body><div id="main-container"><header class="app-header"><a href="https://sucuri.net"></a></header><section class="app-content access-denied"><h1>{first}</h1>{rest}<table class="property-table"><tr><td>Block ID:</td><td>BOT03</td></tr></table></section></div></body></html>',
            403,
            {"server": "Sucuri/Cloudproxy", "x-sucuri-id": "14003"},
        )
    if name == "cookiereload":
        return answer(
            "challenge",
            f"<html><head><script>function s(){{var a=[7,1,9],b=0;for(var i=0;i<a.length;i++)b+=a[i]*i;document.cookie='__tst='+b+';path=/';location.reload();}}</script></head><body onload='s()'><noscript>{' '.join(said)}</noscript></body></html>",
            200,
        )
    if name == "turnstile":
        html = bare(
            lang,
            title,
            f'<div class="wrap"><h1>{first}</h1>{rest}<form method="post"><div class="cf-turnstile" data-sitekey="0x4AAA"></div></form></div>',
            '<script src="https://challenges.cloudflare.com/turnstile/v0/api.js" async defer></script>',
        )
        return answer("challenge", html, 200)
    if name == "recaptcha":
        box = (
            (
                '<script src="https://www.google.com/recaptcha/api.js"></script>',
                '<div class="g-recaptcha" data-sitekey="6Lc"></div>',
            )
            if number % 2
            else (
                '<script src="https://js.hcaptcha.com/1/api.js" async defer></script>',
                '<div class="h-captcha" data-sitekey="10000000-ffff"></div>',
            )
        )
        html = bare(
            lang,
            title,
            f'<main><h1>{first}</h1>{rest}<form action="/verify" method="post">{box[1]}<input type="hidden" name="to" value="/2031">{buttons(press)}</form></main>',
            box[0],
        )
        return answer("challenge", html, 200)
    if name == "ddosguard":
        html = bare(
            "ru",
            title,
            f'<div id="container"><h1>{first}</h1>{rest}<div class="loader"></div></div><script src="/.well-known/ddos-guard/js-challenge/index.js"></script><script src="https://check.ddos-guard.net/check.js"></script>',
        )
        return answer("challenge", html, 403, {"server": "ddos-guard"})
    if name == "yandex":
        html = bare(
            "ru",
            title,
            f'<div class="CheckboxCaptcha"><form method="POST" action="/checkcaptcha?key=f1&mt=A" id="checkbox-captcha-form"><h1>{first}</h1>{rest}<input type="submit" id="js-button" role="checkbox" value="Я не робот"></form><a href="/support">SmartCaptcha</a></div><script src="/captcha_smart.1a.min.js"></script>',
        )
        return answer("challenge", html, 200)
    if name == "aliyun":
        html = bare(
            "zh",
            title,
            f'<div id="WAF_NC_WRAPPER"><h1>{first}</h1>{rest}<div id="nc"></div></div><script src="https://g.alicdn.com/AWSC/AWSC/awsc.js"></script><script>AWSC.use("nc",function(s,m){{}})</script>',
        )
        return answer("challenge", html, 405)
    if name == "rate":
        return answer(
            "challenge",
            bare(lang, title, f'<div class="error-page"><h1>{first}</h1>{rest}</div>'),
            200,
        )
    raise ValueError(like)


def wall(w: Words, lang: str, number: int, row: list[str]) -> Case:
    like, title, lead, said_text, press_text = row
    style = STYLES[number % 5]
    said, press = lines(said_text), presses(press_text)
    first, rest = (said[0], "".join(f"<p>{each}</p>" for each in said[1:])) if said else ("", "")
    if like in PAID:
        return paid(w, lang, style, number, like, title, lead, said, press)
    if like == "registration":
        box = f'<div class="{("regwall", "piano-reg", "gate")[number % 3]}"><h3>{first}</h3>{rest}<form action="/register"><input type="email" name="email">{buttons(press[:1])}</form>{buttons(press[1:], True)}</div>'
        head = metadata(w, lang, title, None if number % 2 else False)
        return answer(
            "login", frame(w, lang, style, number, title, story(style, title, [lead], box), head)
        )
    if like == "app":
        stores = "".join(
            f'<a href="https://{("apps.apple.com", "play.google.com")[n % 2]}/app/1">{each}</a>'
            for n, each in enumerate(press)
        )
        box = f'<div class="app-gate"><h2>{first}</h2>{rest}{stores}</div>'
        head = '<meta name="apple-itunes-app" content="app-id=4711"><meta name="google-play-app" content="app-id=example.paper">'
        return answer(
            "app",
            frame(
                w,
                lang,
                style,
                number,
                title,
                story(style, title, [lead] if lead else [], box),
                head,
            ),
        )
    if (
        like
        in "pur onetrust sourcepoint usercentrics didomi homemade quantcast redirectconsent".split()
    ):
        return consent(w, lang, number, like, title, said, press)
    if like == "shell":
        html = (
            f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"/><link rel="icon" href="/favicon.ico"/><meta name="description" content="{w["site"]}"/>'
            f'<title>{title}</title><script defer="defer" src="/static/js/main.4f2e.js"></script></head><body><noscript>{first}</noscript><div id="root"></div></body></html>'
        )
        return answer("shell", html)
    if like == "agegate":
        year = (
            '<select name="y">'
            + "".join(f"<option>{n}</option>" for n in range(2013, 1990, -1))
            + "</select>"
            if number % 2
            else ""
        )
        box = f'<div class="age-gate"><img src="/l.svg" alt="{w["site"]}"><h1>{first}</h1>{rest}<form method="post">{year}{buttons(press)}</form></div>'
        return answer("age", bare(lang, title, box))
    if like.startswith("geo"):
        status = int(like[3:])
        box = f'<div class="error"><h1>{first}</h1>{rest}{buttons(press, True)}</div>'
        html = (
            bare(lang, title, box)
            if number % 2 or status == 451
            else frame(w, lang, style, number, title, box, article=False)
        )
        return answer("region", html, status)
    if like == "login":
        fields = press
        final = (
            "https://www.paper.example/login?next=%2F2031%2F03%2F04%2Fstory-4711.html"
            if number % 2
            else ADDRESS
        )
        return answer(
            "login",
            frame(
                w,
                lang,
                style,
                number,
                title,
                form(said, fields, True),
                article=False,
                account=False,
            ),
            final=final,
        )
    if like == "login401":
        return answer(
            "login", bare(lang, title, form(said, press, True)), 401, {"www-authenticate": "Form"}
        )
    if like == "magic":
        return answer(
            "login",
            bare(lang, title, form(said, press, False) + f"<p>© {w['site']}</p>"),
            final="https://account.paper.example/auth?redirect_uri=https%3A%2F%2Fwww.paper.example%2F2031",
        )
    if like == "qrlogin":
        box = f'<div class="login-box"><h2>{first}</h2><canvas id="qr"></canvas>{rest}<ul class="tabs">{"".join(f"<li>{each}</li>" for each in press)}</ul></div>'
        return answer(
            "login",
            bare(lang, title, box),
            final="https://passport.paper.example/login?backurl=%2Fstory",
        )
    if like == "adblock":
        box = f'<div class="adb-modal" role="dialog"><h2>{first}</h2>{rest}{buttons(press)}</div>'
        return answer(
            "adblock",
            frame(w, lang, style, number, title, box, article=False, foot=False)
            if number % 2
            else bare(lang, title, box, '<script src="/js/ads-prebid.js"></script>'),
        )
    return challenge(w, lang, number, like, title, said, press)


def article(w: Words, lang: str, number: int, row: list[str]) -> Case:
    like, title, *texts = row
    style = STYLES[number % 5]
    html, inner, head, over = None, "", "", ""
    free: bool | None = (None, True, None)[number % 3]
    kind = "NewsArticle"
    if like == "ticker":
        html = "".join(
            f'<div class="live-entry" id="e{n}"><time>{each.split(" ", 1)[0]}</time><p>{each.split(" ", 1)[1]}</p></div>'
            for n, each in enumerate(texts)
        )
        kind = "LiveBlogPosting"
    elif like == "gallery":
        html = "".join(
            f'<figure><img src="/g{n}.jpg" alt=""><figcaption>{each}</figcaption></figure>'
            for n, each in enumerate(texts)
        )
    elif like == "recipe":
        items = "".join(f"<li>{each.strip()}</li>" for each in texts[0].split(";"))
        html = f"<ul>{items}</ul><p>{texts[1]}</p>"
    elif like == "free":
        plus, take = bars(w["plus"])
        free = True
        head = '<meta property="article:content_tier" content="free">'
        over = (
            f'<template id="paywall-modal"><div class="paywall"><h2>{plus}</h2>{buttons([take])}</div></template>'
            if number % 2
            else (
                f'<div class="paywall-overlay hide" aria-hidden="true" style="display:none"><h2>{plus}</h2>{buttons([take])}</div>'
            )
        )
    elif like == "paidfull":
        free = False
        rest = "".join(f"<p>{each}</p>" for each in texts[2:])
        html = f"<p>{texts[0]}</p><p>{texts[1]}</p><div class='premium-body'>{rest}</div>"
    if free is not None or number % 2:
        head += metadata(w, lang, title, free, kind)
    return answer(
        None,
        frame(w, lang, style, number, title, story(style, title, texts, inner, html), head, over),
    )


def _cases() -> dict[str, Case]:
    written = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    found: dict[str, Case] = {}
    number = 0
    for lang, w in written.items():
        for what, make in (("walls", wall), ("articles", article)):
            for at, row in enumerate(w[what]):
                number += 1
                found[f"{lang} {what} {at} {row[0]}"] = make(w, lang, number, row)
    return found


_CASES = _cases()
WALLS = {name: case for name, case in _CASES.items() if case.kind is not None}
ARTICLES = {name: case for name, case in _CASES.items() if case.kind is None}
