"""One JSON object to one article: which names fields go by, which types are forgiven."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from records import Article, Reject, Section
from sources.dateline import Dateline, published, read_dateline
from sources.dates import Stated, parse_date
from sources.identity import identified
from sources.markup import looks_like_markup, to_text
from sources.reasons import reject
from sources.text import clean, one_line
from sources.urls import LONGEST, canonical_url

# Our field: the names it goes by, the most telling first.
SYNONYMS = {
    "url": "url link canonical_url permalink uri href web_url article_url source_url",
    "title": "title headline head name heading webtitle",
    "text": "text body content_html content_text content maintext main_text article_body"
    " articlebody full_text fulltext story article raw_text",
    "summary": "summary description abstract excerpt lead standfirst dek snippet trailtext",
    "published": "published_at published date_published datepublished date pubdate pub_date"
    " publish_date published_date publication_date publishedat published_time publishdate"
    " date_publish webpublicationdate created_at created created_utc datetime timestamp time"
    " date_modified modified updated",
    "seen": "seen_at first_seen_at fetched_at crawled_at retrieved_at scraped_at date_download",
    "fetched": "fetched_at crawled_at retrieved_at",
    "outlet": "outlet publisher publication source site_name sitename site newspaper feed_title"
    " source_name domain source_domain",
    "authors": "authors author byline creator dc_creator",
    "keywords": "keywords tags categories category topics",
    "language": "language lang locale language_code inlanguage",
    "number": "id guid _id uid uuid article_id",
    "dateline": "dateline",
    "agency": "agency",
    "place": "place location",
}
_FIELDS: dict[str, list[tuple[str, int]]] = {}
for _field, _names in SYNONYMS.items():
    for _rank, _name in enumerate(_names.split()):
        _FIELDS.setdefault(_name, []).append((_field, _rank))
_INSIDE = ("name", "rendered", "title", "value", "text", "term", "label", "url", "href", "$oid")
_MANY = 200  # names in one list; more is no list of authors or keywords


def read_object(
    section: Section, row: dict[str, Any], position: str, dirty: bool = True, origin: str = "file"
) -> Iterator[Article | Reject]:
    """The article that `row` states, after notes on fields that say nothing; or one reject.

    `dirty` False promises that no string in `row` needs sources/text.clean. Without a title
    and a text it is rejected as "no_content"; with only a summary, that is the text. `origin`
    is where the dates of its fields are from.
    """
    found = _found(row)
    notes: list[tuple[str, str]] = []
    strings = {
        field: _string(field, found, notes, dirty)
        for field in ("url", "title", "text", "summary", "outlet", "language", "number")
        if field in found
    }
    get = strings.get
    title, text, summary, url = get("title"), get("text"), get("summary"), get("url")
    if title is not None:
        title = one_line(title) if "\n" in title else title.strip()
    if text is not None:
        text = to_text(text) if looks_like_markup(text) else text.strip("\n")
    if summary is not None and looks_like_markup(summary):
        summary = to_text(summary)
    text = text or summary
    if summary is not None and text is not None and summary.strip() == text.strip():
        summary = None
    if not title and not text:
        detail = "neither a title nor a text: known names are in the documentation"
        yield reject(section, "no_content", detail, position, repr(row)[:400])
        return
    canonical = canonical_url(url)
    if url is not None and canonical is None:
        what = f"longer than {LONGEST} characters" if len(url) > LONGEST else "no http(s) address"
        notes.append(("bad_url", f"{found['url'][1]} is {what}; left out: {url[:80]}"))
        url = None
    stated = _date("published", found, notes)
    seen = _date("seen", found, notes)
    fetched = parse_date(found["fetched"][2]) if "fetched" in found else None
    dateline = _dateline(found, text, notes, dirty)
    when = published(stated, origin, dateline)
    article = Article(
        section.source,
        "",
        0,
        seen.at if seen else section.seen_at,
        fetched_at=fetched.at if fetched else None,
        feed=section.feed,
        guid=get("number"),
        url=url,
        canonical_url=canonical,
        outlet=get("outlet") or section.outlet,
        agency=_string("agency", found, notes, dirty) or dateline.agency,
        place=_string("place", found, notes, dirty) or dateline.place,
        title=title or None,
        text=text or None,
        summary=summary or None,
        authors=_strings("authors", found, notes, dirty),
        keywords=_strings("keywords", found, notes, dirty),
        published_at=when.at,
        published_precision=when.precision,
        published_from=when.origin,
        declared_language=get("language"),
    )
    for reason, detail in notes:
        yield reject(section, reason, detail, position, repr(row)[:400], kept=True)
    yield identified(article)


def _found(row: dict[str, Any]) -> dict[str, tuple[int, str, Any]]:
    """Our fields with (rank, name, value) of the most telling name that has a value."""
    found: dict[str, tuple[int, str, Any]] = {}
    for name, value in row.items():
        if value is None or value == "" or value == [] or value == {}:
            continue
        fields = _FIELDS.get(name)
        if fields is None:
            fields = _FIELDS.get(name.lower().replace("-", "_").replace(":", "_"), [])
        for field, rank in fields:
            if field not in found or rank < found[field][0]:
                found[field] = (rank, name, value)
    return found


def _string(
    field: str,
    found: dict[str, tuple[int, str, Any]],
    notes: list[tuple[str, str]],
    dirty: bool,
) -> str | None:
    if field not in found:
        return None
    _, name, value = found[field]
    if type(value) is not str:
        plain = _plain(value)
        if plain is None:
            notes.append(("bad_field", f"{name} is {_kind(value)}, not text; left out"))
            return None
        value = plain
    if dirty:
        value, changed = clean(value)
        if changed:
            detail = f"control characters or lone surrogates taken out of {name}"
            notes.append(("control_characters", detail))
    return value or None if field in ("title", "text", "summary") else value.strip() or None


def _plain(value: Any, depth: int = 3) -> str | None:
    """The text that a value of another type harmlessly is: numbers, {"name": …}, paragraphs."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or depth == 0:
        return None
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, dict):
        inner = (value[name] for name in _INSIDE if value.get(name) not in (None, ""))
        return _plain(next(inner, None), depth - 1)
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        return "\n\n".join(value)
    return None


def _strings(
    field: str,
    found: dict[str, tuple[int, str, Any]],
    notes: list[tuple[str, str]],
    dirty: bool,
) -> tuple[str, ...]:
    if field not in found:
        return ()
    _, name, value = found[field]
    if isinstance(value, str):
        items: list[Any] = value.split(",") if field == "keywords" else value.split(";")
    else:
        items = value if isinstance(value, list) else [value]
    texts = [_plain(item) for item in items[:_MANY]]
    if None in texts or len(items) > _MANY:
        notes.append(("bad_field", f"{name}: what is {_kind(value)} of no names was left out"))
    kept = (one_line(clean(text)[0] if dirty else text) for text in texts if text is not None)
    return tuple(dict.fromkeys(text for text in kept if text))


def _date(
    field: str, found: dict[str, tuple[int, str, Any]], notes: list[tuple[str, str]]
) -> Stated | None:
    if field not in found:
        return None
    _, name, value = found[field]
    if (stated := parse_date(value)) is None:
        shown = value if isinstance(value, (str, int, float)) else _kind(value)
        notes.append(("bad_date", f"{name}: no date a publication can have: {str(shown)[:60]}"))
    return stated


def _dateline(
    found: dict[str, tuple[int, str, Any]],
    text: str | None,
    notes: list[tuple[str, str]],
    dirty: bool,
) -> Dateline:
    """The stated dateline, else the one the text begins with."""
    stated = _string("dateline", found, notes, dirty)
    if stated is not None:
        return read_dateline(stated if stated.endswith(("-", "–", "—", "/.")) else stated + " - ")
    return read_dateline(text) if text else Dateline()


def _kind(value: Any) -> str:
    names = {bool: "true or false", dict: "an object", list: "a list", str: "text"}
    return names.get(type(value), "a number")
