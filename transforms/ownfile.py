"""Loads a file of topics of one's own: TOML, checked entry by entry, each fault with its line.

docs/topics.md describes the file, samples/topics has one. What is loaded is whole and consistent
in itself; whether the examples in it hold is for transforms/topicrules.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from transforms.checks import Checks, is_number, near, shown
from transforms.expressions import MATCHES, ExpressionError, read_expression
from transforms.ownrules import ROLES, Entry, OwnExample, OwnRules, OwnTopic
from transforms.rules import RuleError, Rules, Topic
from transforms.tomlfile import FileError, Place, TomlFile, read_toml

# A part of the version: to be raised when the same file would give other matches or scores.
METHOD = 3
MOST_TERMS = 100_000  # phrases in a file
MOST_REGEXES = 500
MOST_TOPICS = 10_000
MOST_EXAMPLES = 20_000
HEAVIEST = 1_000.0

_FILE_KEYS = ("name", "version", "default-topics", "topics")
_TOPIC_KEYS = (
    *("label", "description", "broader", "match", "any", "all", "none", "ignore"),
    *("languages", "outlets", "minimum", "must-match", "must-not-match"),
)
_ENTRY_KEYS = ("term", "terms", "match", "weight", "languages")
_EXAMPLE_KEYS = ("text", "title", "language", "outlet")

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def read_own(path: Path, default: Rules) -> OwnRules:
    """Reads and checks a file of one's own, beside the default rules that it may refer to.

    RuleError names file and line, says what is wrong and what the nearest right thing is.
    """
    try:
        file = read_toml(path)
    except FileError as error:
        raise RuleError(str(error)) from error
    return _Reader(file, default).rules()


class _Reader(Checks):
    """One file on its way to be rules."""

    def __init__(self, file: TomlFile, default: Rules) -> None:
        super().__init__(file)
        self._default = default
        self._terms = self._regexes = 0

    def rules(self) -> OwnRules:
        content = self.file.content
        self.known_keys((), content, _FILE_KEYS)
        name = self.text((), content, "name", needed=True)
        if not _SLUG.fullmatch(name) or len(name) > 50:
            raise self.wrong(("name",), f"{shown(name)}: use lower-case words with hyphens")
        if name == self._default.name:
            raise self.wrong(("name",), f"{name}: newsbeam's own rules are called so; take another")
        stated = self.text((), content, "version") or "1"
        both = content.get("default-topics", True)
        if not isinstance(both, bool):
            raise self.wrong(("default-topics",), "must be true or false")
        tables = content.get("topics")
        if not isinstance(tables, dict) or not tables:
            raise self.wrong(("topics",), "no topics; add a table such as [topics.port-strikes]")
        if len(tables) > MOST_TOPICS:
            raise self.wrong(("topics",), f"{len(tables):,} topics; {MOST_TOPICS:,} at most")
        taken = {topic.slug for topic in self._default.topics} if both else set()
        slugs = [*tables, *sorted(taken)]
        topics: list[Topic] = []
        rules: list[OwnTopic] = []
        examples: list[OwnExample] = []
        for slug, table in tables.items():
            if not _SLUG.fullmatch(slug) or len(slug) > 50:
                raise self.wrong(("topics", slug), "use lower-case words with hyphens")
            if slug in taken:
                raise self.wrong(
                    ("topics", slug),
                    f"newsbeam's own rules have a topic {slug}; choose another word, or write "
                    "default-topics = false at the top",
                )
            if not isinstance(table, dict):
                raise self.wrong(("topics", slug), f"must be a table, [topics.{slug}]")
            topic, rule = self._topic(slug, table, slugs, name)
            topics.append(topic)
            rules.append(rule)
            examples += self._examples(slug, table, rule)
        self._no_cycles({topic.slug: topic.broader for topic in topics})
        if len(examples) > MOST_EXAMPLES:
            raise self.wrong(("topics",), f"more than {MOST_EXAMPLES:,} examples")
        hashed = json.dumps([METHOD, both, topics, rules], ensure_ascii=False)
        version = f"{stated}-{sha256(hashed.encode()).hexdigest()[:8]}"
        return OwnRules(name, version, both, tuple(topics), tuple(rules), tuple(examples))

    def _topic(
        self, slug: str, table: dict[str, Any], slugs: list[str], scheme: str
    ) -> tuple[Topic, OwnTopic]:
        where = ("topics", slug)
        self.known_keys(where, table, _TOPIC_KEYS)
        label = self.text(where, table, "label", needed=True)
        broader = self.text(where, table, "broader") or None
        if broader is not None and (broader not in slugs or broader == slug):
            reason = "a topic is not broader than itself" if broader == slug else "no such topic"
            raise self.wrong(
                (*where, "broader"),
                f"{shown(broader)}: {reason}" + near(broader, [s for s in slugs if s != slug]),
            )
        topic = Topic(slug, None, label, broader, scheme, self.text(where, table, "description"))
        languages = self.languages(where, table)
        entries = {role: self._entries(where, role, table, languages) for role in ROLES}
        if not entries["any"] and not entries["all"]:
            raise self.wrong(where, "looks for nothing; add any = [...] or all = [...]")
        self._no_contradiction(where, entries)
        outlets = self.strings(where, table, "outlets")
        minimum = table.get("minimum", 0.0)
        if not is_number(minimum) or not 0 <= minimum <= 1e6:
            raise self.wrong((*where, "minimum"), "must be a number of 0 or more")
        # An entry counts for twice its weight in a text and for twice more in a title.
        most = sum(4 * entry.weight for role in ("any", "all") for entry in entries[role])
        if minimum >= most:
            raise self.wrong(
                (*where, "minimum"), f"{minimum:g} is never reached; {most:g} is the most there is"
            )
        folded = tuple(outlet.casefold() for outlet in outlets)
        return topic, OwnTopic(
            slug,
            entries["any"],
            entries["all"],
            entries["none"],
            entries["ignore"],
            languages,
            folded,
            float(minimum),
        )

    def _entries(
        self, where: tuple[str, ...], role: str, table: dict[str, Any], languages: tuple[str, ...]
    ) -> tuple[Entry, ...]:
        listed = table.get(role, [])
        if not isinstance(listed, list):
            raise self.wrong((*where, role), f'must be a list, such as {role} = ["port strike"]')
        if role in table and not listed:
            raise self.wrong((*where, role), "an empty list; remove it or put a term in")
        usual = table.get("match", "word")
        self._is_match((*where, "match"), usual)
        entries: dict[Entry, int] = {}
        for index, item in enumerate(listed):
            place: Place = (*where, role, index)
            for entry in self._entry(place, role, item, usual, languages):
                if entry in entries:
                    text = shown(entry.expression.written)
                    raise self.wrong(place, f"{text} is there twice; remove one")
                entries[entry] = index
        return tuple(entries)

    def _entry(
        self, place: Place, role: str, item: Any, usual: str, all_: tuple[str, ...]
    ) -> Iterator[Entry]:
        match, weight, languages, written = usual, 1.0, all_, [item]
        if isinstance(item, dict):
            self.known_keys(place, item, _ENTRY_KEYS)
            if ("term" in item) == ("terms" in item):
                raise self.wrong(place, 'write either term = "..." or terms = ["...", "..."]')
            written = item["terms"] if "terms" in item else [item["term"]]
            match = item.get("match", usual)
            weight = item.get("weight", 1.0)
            self._is_match(place, match)
            if not is_number(weight) or not 0 < weight <= HEAVIEST:
                raise self.wrong(place, f"weight must be a number above 0, {HEAVIEST:g} at most")
            if role in ("none", "ignore") and "weight" in item:
                raise self.wrong(place, f"a term in {role} has no weight; remove it")
            if "languages" in item:
                languages = self.languages(place, item)
                if all_ and not set(languages) <= set(all_):
                    extra = ", ".join(sorted({*languages} - {*all_}))
                    raise self.wrong(place, f"{extra}: not among the topic's languages")
        texts = isinstance(written, list) and all(isinstance(each, str) for each in written)
        if not texts or not written:
            raise self.wrong(place, "a term is a text in quotation marks, or a table with one")
        for text in written:
            try:
                expression = read_expression(text, match)
            except ExpressionError as error:
                raise self.wrong(place, str(error)) from error
            self._terms += len(expression.left) + len(expression.right)
            self._regexes += bool(expression.regex)
            if self._terms > MOST_TERMS:
                raise self.wrong(place, f"the file has more than {MOST_TERMS:,} terms")
            if self._regexes > MOST_REGEXES:
                raise self.wrong(place, f"more than {MOST_REGEXES} regular expressions")
            if role == "ignore" and (expression.regex or expression.right):
                raise self.wrong(place, "ignore takes plain terms only")
            yield Entry(expression, float(weight), languages)

    def _is_match(self, place: Place, value: Any) -> None:
        if value not in MATCHES:
            known = ", ".join(MATCHES)
            raise self.wrong(place, f"must be one of {known}{near(str(value), MATCHES)}")

    def _no_contradiction(
        self, where: tuple[str, ...], entries: dict[str, tuple[Entry, ...]]
    ) -> None:
        good: dict[tuple[Any, ...], list[tuple[str, tuple[str, ...]]]] = {}
        for role in ("any", "all"):
            for entry in entries[role]:
                good.setdefault(entry.expression[1:], []).append((role, entry.languages))
        for bad in ("none", "ignore"):
            for entry in entries[bad]:
                for role, languages in good.get(entry.expression[1:], ()):
                    if not entry.languages or not languages or {*languages} & {*entry.languages}:
                        text = shown(entry.expression.written)
                        raise self.wrong((*where, bad), f"{text} is also in {role}; remove one")

    def _examples(self, slug: str, table: dict[str, Any], rule: OwnTopic) -> Iterator[OwnExample]:
        for key in ("must-match", "must-not-match"):
            where = ("topics", slug, key)
            listed = table.get(key, [])
            if not isinstance(listed, list):
                raise self.wrong(where, "must be a list of texts")
            for index, item in enumerate(listed):
                place = (*where, index)
                item = {"text": item} if isinstance(item, str) else item
                if not isinstance(item, dict):
                    raise self.wrong(place, "an example is a text, or a table with text or title")
                self.known_keys(place, item, _EXAMPLE_KEYS)
                if not any(item.get(name) for name in ("text", "title")):
                    raise self.wrong(place, "an example needs a text or a title")
                for name in item:
                    self.text(place, item, name, longest=100_000)
                language = item.get("language") or (rule.languages or ("und",))[0]
                if language != "und":
                    self.language((*place, "language"), language)
                yield OwnExample(
                    slug,
                    key == "must-match",
                    item.get("title"),
                    item.get("text"),
                    language,
                    item.get("outlet") or (table.get("outlets") or [None])[0],
                    self.file.at(*place),
                )

    def _no_cycles(self, broader: dict[str, str | None]) -> None:
        done: set[str] = set()
        for slug in broader:
            path: list[str] = []
            at: str | None = slug
            while at in broader and at not in done and at not in path:
                path.append(at)
                at = broader[at]
            if at in path:
                ring = " is under ".join([*path[path.index(at) :], at])
                raise self.wrong(("topics", at, "broader"), f"goes in a circle: {ring}")
            done.update(path)
