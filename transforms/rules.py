"""Loads a topic rule set: a folder of TOML files, checked entry by entry.

    ruleset.toml   name, version, scheme, and one table [topics.SLUG] a topic
    en.toml        the terms of one language, named for its code: one table [SLUG] a topic with
                   `strong`, `normal`, `weak`: terms between commas, spaces and line breaks free;
                   [SLUG.examples] with `match` and `never`: texts that must and must not have it;
                   [ignored] with `terms` that take their place in a text for no topic;
                   of a topic that has a `broader` one, `words`: the terms of the broader topic
                   that one of them stands in are its terms, too;
                   `clitics`: what may be written joined to the front of a term's first word

A term is one or more words, compared without regard to case, accents' encoding and punctuation
(transforms/folding.py). "word*" stands for any ending of a word, also within a term ("elect*
official*"); "*word" at the front of a term for any beginning of its first word. A file that breaks
a rule raises RuleError, which names file, entry and remedy.
"""

from __future__ import annotations

import json
import re
import tomllib
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from transforms.folding import fold_term
from transforms.scripts import UNSPACED

MEDTOP = Path(__file__).parent / "medtop"
WEIGHTS = {"strong": 3.0, "normal": 2.0, "weak": 1.0}
IGNORED = "ignored"
# A part of the version: to be raised when the same rules would give other matches or scores.
METHOD = 6

_LANGUAGE = re.compile(r"[a-z]{2,3}")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class RuleError(ValueError):
    """A rule file that breaks a rule: says where and what to do."""


class Topic(NamedTuple):
    """One row of the `topics` table."""

    slug: str
    qcode: str | None
    label: str
    broader: str | None
    scheme: str
    description: str


class Term(NamedTuple):
    """One term of one topic in one language."""

    topic: str  # slug, or "ignored"
    text: str  # as written in the file
    folded: str  # without the outer stars, with the inner ones
    weight: float
    open_start: bool  # any beginning of the first word
    open_end: bool  # any ending of the last word


class Example(NamedTuple):
    """A text that must have a topic, or must not."""

    topic: str
    language: str
    text: str
    wanted: bool


class Terms(Mapping[str, tuple[Term, ...]]):
    """Terms by language; a language's are read and checked when it is first met, and kept."""

    def __init__(
        self, tables: dict[str, tuple[Path, dict[str, Any]]], topics: tuple[Topic, ...]
    ) -> None:
        self._tables = tables
        self._broader = {topic.slug: topic.broader for topic in topics}
        self._read: dict[str, tuple[Term, ...]] = {}

    def __getitem__(self, language: str) -> tuple[Term, ...]:
        if language not in self._read:
            self._read[language] = tuple(_terms(*self._tables[language], self._broader))
        return self._read[language]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)


class Rules(NamedTuple):
    """A checked rule set. Equal content has equal versions, whatever the comments and the order."""

    name: str
    version: str  # stated version, "-", hash of the content
    topics: tuple[Topic, ...]
    terms: Terms
    clitics: dict[str, tuple[str, ...]]  # by language
    examples: tuple[Example, ...]

    @property
    def broader(self) -> dict[str, str]:
        """The broader topic of each topic of the second level."""
        return {topic.slug: topic.broader for topic in self.topics if topic.broader}


@cache
def default_rules() -> Rules:
    """The rule set that newsbeam brings: IPTC Media Topics, read once a process."""
    return _loaded(MEDTOP)


def load_rules(folder: str | Path) -> Rules:
    """Reads and checks a rule set; raises RuleError for the first thing that is wrong."""
    rules = _loaded(folder)
    for language in rules.terms:
        rules.terms[language]
    return rules


def _loaded(folder: str | Path) -> Rules:
    """The rule set with its terms still to be checked: of seventeen languages few are met."""
    folder = Path(folder)
    head_file = folder / "ruleset.toml"
    if not head_file.is_file():
        raise RuleError(f"{head_file}: no such file; a rule set is a folder with a ruleset.toml")
    head = _read(head_file)
    topics = tuple(_topics(head_file, head))
    found: dict[str, tuple[Path, dict[str, Any]]] = {}
    clitics: dict[str, tuple[str, ...]] = {}
    examples: list[Example] = []
    for file in sorted(folder.glob("*.toml")):
        if file == head_file:
            continue
        if not _LANGUAGE.fullmatch(file.stem):
            raise RuleError(f"{file}: name it for a language code, such as en.toml")
        tables = _read(file)
        joined = tables.pop("clitics", "")
        if not isinstance(joined, str):
            raise RuleError(f"{file}: clitics must be one text, with commas between them")
        clitics[file.stem] = tuple(fold_term(clitic) for clitic in _split(joined))
        found[file.stem] = (file, tables)
        examples += _examples(file, tables)
    if not found:
        raise RuleError(f"{folder}: no terms; add a file for a language, such as en.toml")
    content = json.dumps(
        [METHOD, topics, [(code, _content(found[code][1]), clitics[code]) for code in found]],
        ensure_ascii=False,
        sort_keys=True,
    )
    version = f"{head['version']}-{sha256(content.encode()).hexdigest()[:8]}"
    return Rules(head["name"], version, topics, Terms(found, topics), clitics, tuple(examples))


def _content(tables: dict[str, Any]) -> dict[str, Any]:
    """What the tables of a language say, in whatever order it stands there."""
    return {
        slug: {
            key: sorted(_split(written))
            for key, written in table.items()
            if isinstance(written, str)
        }
        for slug, table in tables.items()
        if isinstance(table, dict)
    }


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RuleError(f"{file}: not readable as TOML in UTF-8: {error}") from error


def _topics(file: Path, head: dict[str, Any]) -> Iterator[Topic]:
    for key in ("name", "version", "scheme"):
        if not isinstance(head.get(key), str) or not head[key]:
            raise RuleError(f'{file}: add a line {key} = "..."')
    if not isinstance(head.get("topics"), dict) or not head["topics"]:
        raise RuleError(f"{file}: no topics; add a table such as [topics.politics]")
    for slug, table in head["topics"].items():
        if not _SLUG.fullmatch(slug) or slug == IGNORED:
            raise RuleError(f"{file}: [topics.{slug}]: use lower-case words with hyphens")
        if not isinstance(table, dict) or not isinstance(table.get("label"), str):
            raise RuleError(f'{file}: [topics.{slug}]: add a line label = "..."')
        for key in table:
            if key not in ("qcode", "label", "broader", "description"):
                known = "qcode, label, broader and description"
                raise RuleError(f"{file}: [topics.{slug}] {key}: unknown; a topic has {known}")
        broader = table.get("broader")
        if broader is not None and broader not in head["topics"]:
            raise RuleError(f"{file}: [topics.{slug}] broader: there is no topic {broader!r}")
        if broader is not None and "broader" in head["topics"][broader]:
            raise RuleError(
                f"{file}: [topics.{slug}] broader: {broader!r} has a broader one itself"
            )
        description = table.get("description", "")
        yield Topic(slug, table.get("qcode"), table["label"], broader, head["scheme"], description)


def _terms(file: Path, tables: dict[str, Any], broader: dict[str, str | None]) -> Iterator[Term]:
    ignored: set[tuple[str, bool, bool]] = set()
    found: dict[str, list[Term]] = {}
    # The ignored terms come first, so that a topic which names one of them can be told so.
    for slug, table in sorted(tables.items(), key=lambda item: item[0] != IGNORED):
        known = [*broader, IGNORED]
        if slug not in known:
            raise RuleError(f"{file}: [{slug}]: no such topic{nearest(slug, known)}")
        if not isinstance(table, dict):
            raise RuleError(f"{file}: {slug}: must be a table, [{slug}]")
        weights = {"terms": 0.0} if slug == IGNORED else WEIGHTS
        if broader.get(slug):
            weights = {"words": 0.0}
        seen = set() if slug == IGNORED else set(ignored)
        for key, written in table.items():
            if key == "examples" and slug != IGNORED:
                continue
            if key not in weights:
                near = nearest(key, list(weights))
                raise RuleError(f"{file}: [{slug}] {key}: no such weight{near}")
            if not isinstance(written, str):
                raise RuleError(f"{file}: [{slug}] {key}: must be one text, terms between commas")
            for text in _split(written):
                term = _term(file, slug, key, text, weights[key])
                same = (term.folded, term.open_start, term.open_end)
                if same in ignored and key != "words":
                    raise RuleError(f"{file}: [{slug}] {key}: {text!r} is ignored; remove one")
                if same in seen and key != "words":
                    raise RuleError(f"{file}: [{slug}] {key}: {text!r} is there twice; remove one")
                seen.add(same)
                found.setdefault(slug, []).append(term)
        if slug == IGNORED:
            ignored = seen
    for slug, terms in found.items():
        above = broader.get(slug)
        yield from terms if above is None else _finer(file, slug, terms, found.get(above, []))


def _finer(file: Path, slug: str, words: list[Term], terms: list[Term]) -> Iterator[Term]:
    """The terms of a broader topic that one of the words stands in, as terms of the topic."""
    places = sorted((word, i) for i, term in enumerate(terms) for word in term.folded.split())
    chosen: set[int] = set()
    for word in words:
        plain = not word.open_start and " " not in word.folded and word.folded.isalpha()
        if plain and not UNSPACED.search(word.folded):
            first = bisect_left(places, (word.folded, -1))
            # Whatever follows the last character of all begins otherwise.
            beyond = word.folded + ("\U0010ffff" if word.open_end else "")
            last = bisect_left(places, (beyond, len(terms)), first)
            found = {i for _, i in places[first:last]}
        else:
            apart = "" if UNSPACED.search(word.folded) else " "
            before, after = "" if word.open_start else apart, "" if word.open_end else apart
            wanted = before + word.folded + after
            found = {i for i, term in enumerate(terms) if wanted in f" {term.folded} "}
        if not found:
            raise RuleError(f"{file}: [{slug}] words: {word.text!r} is in no term; remove it")
        chosen |= found
    yield from (terms[i]._replace(topic=slug) for i in sorted(chosen))


def _term(file: Path, slug: str, key: str, text: str, weight: float) -> Term:
    where = f"{file}: [{slug}] {key}"
    if not text:
        raise RuleError(f"{where}: an empty term; remove the comma too many")
    core = text.removeprefix("*").removesuffix("*")
    pieces = core.split("* ")
    if any("*" in piece or piece != piece.strip() for piece in pieces):
        raise RuleError(f"{where}: {text!r}: a star may only end a word, or begin the first")
    folded = "* ".join(fold_term(piece) for piece in pieces)
    if not all(map(fold_term, pieces)):
        folded = ""
    if not folded:
        raise RuleError(f"{where}: {text!r} has no letter or digit; remove it")
    open_start, open_end = text.startswith("*"), text.endswith("*")
    if open_start and (len(folded) < 3 or "*" in folded):
        raise RuleError(f"{where}: {text!r} would match too much; write its first word in full")
    return Term(slug, text, folded, weight, open_start, open_end)


def _examples(file: Path, tables: dict[str, Any]) -> Iterator[Example]:
    for slug, table in tables.items():
        examples = table.get("examples", {})
        if not isinstance(examples, dict):
            raise RuleError(f"{file}: [{slug}] examples: must be a table, [{slug}.examples]")
        for key, texts in examples.items():
            where = f"{file}: [{slug}.examples] {key}"
            if key not in ("match", "never"):
                raise RuleError(f"{where}: must be match or never")
            if not isinstance(texts, list) or not all(isinstance(t, str) and t for t in texts):
                raise RuleError(f"{where}: must be a list of texts")
            for text in texts:
                yield Example(slug, file.stem, text, key == "match")


def _split(written: str) -> list[str]:
    """Terms between commas; a comma after the last one is welcome, an empty text has none."""
    terms = [" ".join(term.split()) for term in re.split("[,،，]", written)]
    return terms[:-1] if not terms[-1] else terms


def nearest(word: str, known: list[str]) -> str:
    near = get_close_matches(word, known, 1)
    return f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(known)}"
