"""The rules that articles are tagged by: those that newsbeam brings, one's own, or both."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

from transforms.ownfile import read_own
from transforms.ownrules import OwnExample, OwnRules
from transforms.rules import RuleError, Rules, Topic, default_rules
from transforms.topics import Tagger, default_tagger


class TopicRules:
    """Checked rules, ready to travel to where they are used."""

    def __init__(self, rules: Rules | None, own: OwnRules | None = None) -> None:
        self.rules = rules
        self.own = own

    def __reduce__(self) -> tuple[Any, ...]:
        """Travels without what newsbeam brings: every process reads that for itself."""
        brought = self.rules is not None and self.rules.version == default_rules().version
        return _again, (brought, None if brought else self.rules, self.own)

    @cached_property
    def version(self) -> str:
        """Names and versions: equal where the same articles get the same topics."""
        sets = [each for each in (self.rules, self.own) if each is not None]
        return " + ".join(f"{each.name} {each.version}" for each in sets)

    @property
    def topics(self) -> list[Topic]:
        """The rows of the table `topics`."""
        return sorted(
            topic for each in (self.rules, self.own) if each is not None for topic in each.topics
        )

    def tagger(self) -> Tagger:
        """The tagger by these rules; for equal versions one is made and kept in a process."""
        if self.own is None and self.rules is default_rules():
            return default_tagger()
        if self.version not in _MADE:
            _MADE.clear()
            _MADE[self.version] = Tagger(self.rules, self.own)
        return _MADE[self.version]


_MADE: dict[str, Tagger] = {}


def _again(brought: bool, rules: Rules | None, own: OwnRules | None) -> TopicRules:
    return TopicRules(default_rules() if brought else rules, own)


def load_topics(file: Path | None = None) -> TopicRules:
    """The default rules, with a file of one's own beside them or, if it says so, in their place.

    RuleError, with file and line, where the file is wrong or an example in it does not hold.
    """
    topics = read_topics(file)
    for example, why in broken_examples(topics):
        raise RuleError(f"{example.where}: [topics.{example.topic}] {why}")
    return topics


def read_topics(file: Path | None = None) -> TopicRules:
    """The same without a look at the examples."""
    default = default_rules()
    if file is None:
        return TopicRules(default)
    own = read_own(file, default)
    return TopicRules(default if own.default_topics else None, own)


def broken_examples(topics: TopicRules) -> list[tuple[OwnExample, str]]:
    """The examples of one's own that do not hold, each with the reason."""
    if topics.own is None:
        return []
    tagger = Tagger(None, topics.own)
    broken = []
    for example in topics.own.examples:
        article = (example.title, example.text, example.language, example.outlet)
        found = {match.topic: match for match in tagger.tag(*article)}
        match = found.get(example.topic)
        if example.wanted and match is None:
            broken.append((example, f"must-match: {tagger.why_not(example.topic, *article)}"))
        elif not example.wanted and match is not None:
            words = ", ".join(dict.fromkeys(repr(e.surface) for e in match.evidence))
            broken.append((example, f"must-not-match: it matches, by {words}"))
    return broken
