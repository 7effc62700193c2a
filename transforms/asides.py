"""What stands in an article and is no evidence of what it is about: asides and denials.

Asides are what sites put among the text: menus, lists of tags, links to other articles ("Read
also: ..."), offers of newsletters, notes on cookies. Lines of them are passed over, or the
sentence where they are within a line. Denials are words right after "not a", "not about", "nothing
to do with" and the like: "this is not about football"; in Hindi, Japanese and Turkish right before
them, save after "only". Verbs with "not" are none: whoever was not arrested is still a case for the
police.

The phrases that mark them are patterns of the automaton that finds the terms, so that a text is
looked through once. Both are for the default topics alone: a term of one's own counts wherever it
stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from transforms.folding import fold_term
from transforms.scripts import UNSPACED

Span = tuple[int, int]

ASIDES = ("link", "tags", "notice")  # the kinds of marks that are of asides

# Links to other articles, where they begin a line, or a colon follows.
_LINKS = """
read also, also read, read more, read next, read this next, see also, more on this,
more on this story, related, related article, related articles, related stories, related news,
related topics, recommended, recommended for you, you may also like, you might also like,
most read, most popular, trending now, don't miss, in other news, more news, more stories,
more from, watch also, lesen sie auch, lesen sie mehr, auch interessant, mehr zum thema,
zum thema, das könnte sie auch interessieren, weitere artikel, weitere themen, mehr dazu,
meistgelesen, siehe auch, lire aussi, à lire aussi, a lire aussi, lire également,
à lire également, voir aussi, sur le même sujet, à voir aussi, articles liés, les plus lus,
lea también, lee también, leer también, lea además, lee además, le puede interesar,
te puede interesar, vea también, ver también, más noticias, noticias relacionadas, lo más leído,
leggi anche, potrebbe interessarti, vedi anche, articoli correlati, leia também, veja também,
leia mais, saiba mais, notícias relacionadas, lees ook, lees meer, bekijk ook, meer over,
czytaj także, czytaj też, zobacz także, zobacz też, przeczytaj także, читайте также, читайте,
читать также, смотрите также, по теме, материалы по теме, новости по теме, ранее по теме,
еще по теме, ещё по теме, другие новости, самое читаемое, читайте також, дивіться також, за темою,
اقرأ أيضا, اقرأ أيضًا, اقرأ ايضا, اقرأ المزيد, شاهد أيضا, مواضيع ذات صلة, أخبار ذات صلة, यह भी पढ़ें,
ये भी पढ़ें, इसे भी पढ़ें, और पढ़ें, baca juga, baca selengkapnya, simak juga, lihat juga,
berita terkait, ilgili haberler, İlgili haberler, ayrıca okuyun, bunları da okuyun,
bunlar da ilginizi çekebilir, soma pia, soma zaidi, unaweza pia kusoma, habari zinazohusiana,
相关阅读, 延伸阅读, 相关新闻, 相关报道, 推荐阅读, 更多新闻, 更多报道, 热门新闻, 猜你喜欢,
更多精彩, 関連記事, 関連ニュース,
あわせて読みたい, こちらもおすすめ, おすすめ記事, アクセスランキング
"""
# Lists of tags, where they begin a line and a colon follows.
_TAGS = """
tag, tags, tagged, topics, keywords, key words, filed under, category, categories, section,
sections, hashtag, hashtags, schlagwörter, schlagworte, stichwörter, themen, rubriken, mots-clés,
thèmes, sujets, rubrique, rubriques, catégories, etiquetas, temas, categorías, palabras clave,
argomenti, categorie, temi, assuntos, categorias, palavras-chave, trefwoorden, onderwerpen, tagi,
tematy, kategorie, теги, тэги, метки, темы, рубрики, рубрика, ключевые слова, мітки, الوسوم,
كلمات مفتاحية, कीवर्ड, टैग, tagar, topik, kata kunci, etiketler, konular, vitambulisho, 标签,
关键词, 分类, 栏目, タグ, キーワード, カテゴリ
"""
# Offers and notices: the sentence that has one.
_NOTICES = """
subscribe to our, sign up for our, sign up to our, our newsletter, newsletter sign-up,
free newsletter, daily newsletter, weekly newsletter, subscribe now, subscribe today,
uses cookies, use cookies, using cookies, accept cookies, accept all cookies, our cookies,
cookie policy, cookie settings, cookie notice, cookie preferences, privacy policy, terms of use,
terms of service, all rights reserved, follow us on, download our app, download the app,
like us on facebook, share on facebook, share on twitter, share on whatsapp,
join our whatsapp channel, join our telegram channel, newsletter abonnieren, newsletter anmelden,
unseren newsletter, verwenden cookies, verwendet cookies, cookies akzeptieren,
alle rechte vorbehalten, datenschutzerklärung, folgen sie uns, notre newsletter, à la newsletter,
utilise des cookies, utilisons des cookies, accepter les cookies, gérer les cookies,
tous droits réservés, suivez-nous, nuestra newsletter, nuestro boletín, al boletín,
utiliza cookies, utilizamos cookies, usa cookies, usamos cookies, aceptar cookies,
aceptar las cookies, política de cookies, política de privacidad, todos los derechos reservados,
síguenos en, síganos en, alla newsletter, alla nostra newsletter, utilizza cookie,
utilizza i cookie, informativa sulla privacy, tutti i diritti riservati, seguici su,
nossa newsletter, assine a newsletter, todos os direitos reservados, siga-nos, onze nieuwsbrief,
de nieuwsbrief, gebruikt cookies, gebruiken cookies, cookies accepteren,
alle rechten voorbehouden, volg ons op, do newslettera, na newsletter, używa plików cookies,
pliki cookies, polityka prywatności, wszelkie prawa zastrzeżone, подписывайтесь на наш,
подпишитесь на наш, подписаться на наш, подписывайтесь на канал, подпишитесь на канал,
подпишитесь на рассылку, подписывайтесь на нас, использует файлы cookie, используем файлы cookie,
использует cookie, используем cookie, файлов cookie, все права защищены,
политика конфиденциальности, підписуйтесь на наш, підпишіться на наш, підписуйтесь на канал,
усі права захищені, всі права захищені, اشترك في النشرة, اشترك في نشرتنا, ملفات تعريف الارتباط,
جميع الحقوق محفوظة, تابعونا على, न्यूज़लेटर, सर्वाधिकार सुरक्षित, कुकीज़ का उपयोग, berlangganan newsletter,
kebijakan privasi, kebijakan cookie, hak cipta dilindungi, ikuti kami di, bültenimize,
çerez politikası, çerezleri kullan, tüm hakları saklıdır, bizi takip edin, jiandikishe kupokea,
haki zote zimehifadhiwa, tufuatilie kwenye, 订阅我们, 订阅本报, 版权所有, 未经授权, 使用cookies,
使用 cookies, 隐私政策, 扫码关注, 关注我们, メールマガジン, ニュースレターに登録, 無断転載
"""
# Words after which a term is denied, by language: they deny what a text is about, and not that
# something happened. "No deaths" is still about an accident.
_DENIALS = {
    "ar": "لا يتعلق ب, ليس عن, ليست عن, لا علاقة له ب, ليس, ليست",
    "de": "ist kein, ist keine, sind keine, war kein, war keine, nicht um, nicht um den, "
    "nicht um die, nicht um das, nicht über, nichts mit, nichts mit dem, nichts mit der",
    "en": "is no, was no, not a, not an, not about, not about a, not about the, not the, "
    "nothing to do with, nothing to do with the, never about, isn't about, wasn't about, "
    "isn't a, wasn't a",
    "es": "no es un, no es una, no es el, no es la, no trata de, no se trata de, "
    "nada que ver con, nada que ver con el, nada que ver con la",
    "fr": "pas du, pas de la, pas de l, pas un, pas une, pas le, pas la, rien à voir avec, "
    "rien à voir avec le, rien à voir avec la, rien à voir avec l, rien à voir avec les",
    "id": "bukan, bukan tentang, bukan soal, tidak ada hubungannya dengan",
    "it": "non è un, non è una, non è il, non è la, non si tratta di, "
    "niente a che fare con, niente a che vedere con",
    "nl": "is geen, was geen, niet over, niet over de, niet over het, niets te maken met",
    "pl": "nie o, to nie, nic wspólnego z",
    "pt": "não é um, não é uma, não é o, não é a, não se trata de, "
    "nada a ver com, nada a ver com o, nada a ver com a",
    "ru": "не о, не об, не про, это не, ничего общего с, не имеет отношения к, не является",
    "sw": "si, siyo, sio, si kuhusu, haihusiani na, hayahusiani na",
    "uk": "не про, це не, нічого спільного з, не стосується",
    "zh": "不是, 并非, 而非, 不涉及",
}
# Words before which a term is denied. A full stop stands for any sign: "ではないか" denies nothing.
_DENIALS_AFTER = {
    "hi": "नहीं है, नहीं बल्कि, के बारे में नहीं, की बात नहीं, का मामला नहीं, से संबंधित नहीं, से जुड़ा नहीं, "
    "से कोई संबंध नहीं, से कोई लेना देना नहीं",
    "ja": "ではない。, ではないが, ではなく, ではなかった。, ではありません。, じゃない。, "
    "の話ではな, の話ではありません, についてではな, についてではありません, に関するものではな, "
    "とは関係ない, とは関係がない, とは関係ありません, とは無関係",
    "tr": "değil, değildir, hakkında değil, ilgili değil, ile ilgili değil, konusu değil, "
    "meselesi değil, ilgisi yok, ile ilgisi yok, hiçbir ilgisi yok, ile hiçbir ilgisi yok, "
    "alakası yok, ile alakası yok",
}
# "Only" before a term: "not only football" is about football, too.
_ONLY = {
    "hi": "सिर्फ, सिर्फ़, केवल, महज, मात्र",
    "tr": "sadece, sadece bir, yalnızca, yalnızca bir, yalnız",
}


class Mark(NamedTuple):
    """A phrase to look for in folded texts, and what it marks."""

    data: bytes  # with the spaces around it, where its script has them
    kind: str  # link, tags, notice, denial, denial after or only


def marks(language: str) -> list[Mark]:
    """The marks in texts of a language. Sites have asides in other languages, too."""
    written = (("link", _LINKS), ("tags", _TAGS), ("notice", _NOTICES))
    found = {phrase: kind for kind, phrases in written for phrase in phrases.split(",")}
    by_kind = (("denial", _DENIALS), ("denial after", _DENIALS_AFTER), ("only", _ONLY))
    for kind, phrases_of in by_kind:
        found |= dict.fromkeys(phrases_of.get(language, "").split(","), kind)
    fenced = {_fenced(phrase): kind for phrase, kind in found.items() if fold_term(phrase)}
    return [Mark(data.encode(), kind) for data, kind in fenced.items()]


def _fenced(phrase: str) -> str:
    """A phrase in its folded form, with the spaces that stand around it there."""
    folded = fold_term(phrase)
    if UNSPACED.search(folded):
        return f"{folded} " if phrase.endswith("。") else folded
    return f" {folded} "


_SEPARATORS = re.compile(r"[|·•›▪■]")  # "»" is a quotation mark
_STOPS = ".!?。！？।॥؟۔"
_ENDS = re.compile(rf"[{_STOPS}](?=\s|$|[^\x00-\x7f])|\n")
_COLON = re.compile(r"\s{0,3}[:：]")
_AFTER_LINK = re.compile(r"[ \t]*(?:[:：|–—>»-]|\n|$)")
_FEWEST_ITEMS = 4  # of a menu: fewer may be a headline with its site's name
_LONGEST_ITEM = 25  # characters
_UNSPACED_ITEM = 6  # characters of scripts without spaces
_FEWEST_LINES = 5  # of a menu with an item a line
_LONGEST_ASIDE = 200  # characters within a line


def asides(text: str, marked: list[tuple[Span, str]]) -> list[Span]:
    """The passages of a text that are not the article's: ascending ranges of characters.

    `marked` are the places of marks in it, with their kinds.
    """
    found: list[Span] = []
    for (start, stop), kind in marked:
        passage = _passage(text, start, stop, kind)
        if passage is not None:
            found.append(passage)
    if may_have_menus(text):
        found += _menus(text)
    return _merged(found)


def may_have_menus(text: str) -> bool:
    """Whether a text has the signs or the lines of which menus are made."""
    # To look for a sign costs a tenth of counting how often it is there.
    if "|" in text and text.count("|") >= _FEWEST_ITEMS - 1:
        return True
    lines = text.split("\n")
    if len(lines) >= _FEWEST_LINES:
        short = sum(0 < len(line) <= _LONGEST_ITEM for line in lines)
        if short >= _FEWEST_LINES:
            return True
    return not text.isascii() and (
        "•" in text or "·" in text or "›" in text or "▪" in text or "■" in text
    )


def _passage(text: str, start: int, stop: int, kind: str) -> Span | None:
    """From a mark to the end of what it stands for; None where it is a part of a sentence."""
    before = text[max(0, start - _LONGEST_ASIDE) : start]
    begins_line = not any(map(str.isalnum, before[before.rfind("\n") + 1 :]))
    if kind == "notice":
        ends = [end.end() for end in _ENDS.finditer(before)]
        return start - len(before) + (ends[-1] if ends else 0), _sentence_end(text, stop)
    if not begins_line:
        colon = _COLON.match(text, stop)
        return (start, _sentence_end(text, stop)) if kind == "link" and colon else None
    after = (_COLON if kind == "tags" else _AFTER_LINK).match(text, stop)
    if after is None:
        return None
    end = _line_end(text, stop)
    if end - stop > _LONGEST_ASIDE:  # the whole text in one line
        return start, _sentence_end(text, stop)
    # A heading of its own: what follows is a list of links.
    return start, _end_of_list(text, end) if not text[stop:end].strip(" \t:：|–—>»-") else end


def _sentence_end(text: str, at: int) -> int:
    last = min(len(text), at + _LONGEST_ASIDE)
    end = _ENDS.search(text, at, last)
    return end.start() if end else last


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return end if end >= 0 else len(text)


def _end_of_list(text: str, at: int) -> int:
    """The end of at most five lines without a full stop after a heading."""
    for _ in range(5):
        line_end = _line_end(text, at + 1)
        line = text[at:line_end].strip()
        if len(line) > 120 or line.endswith(tuple(_STOPS)):
            return at
        at = line_end
        if at >= len(text):
            break
    return at


def _menus(text: str) -> Iterator[Span]:
    """Lines of short items, and runs of lines that are an item each."""
    at, run, first = 0, 0, 0
    for line in text.split("\n"):
        end = at + len(line)
        items = [item.strip() for item in _SEPARATORS.split(line) if item.strip()]
        if len(items) >= _FEWEST_ITEMS and all(len(item) <= _LONGEST_ITEM for item in items):
            yield at, end
        words = line.strip()
        if words and _is_item(words):
            first = first if run else at
            run += 1
        elif words:
            if run >= _FEWEST_LINES:
                yield first, at
            run = 0
        at = end + 1
    if run >= _FEWEST_LINES:
        yield first, len(text)


def _is_item(line: str) -> bool:
    """Whether a line may be an item of a menu: a word or two, which no headline is."""
    if len(line) > _LONGEST_ITEM or line[-1] in '.!?:,;。！？：，；…"”»':
        return False
    return line.count(" ") <= 1 and (
        line.isascii() or len(UNSPACED.findall(line)) <= _UNSPACED_ITEM
    )


def _merged(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged
