"""Topics of one's own, as they are once their file is checked (transforms/ownfile.py)."""

from __future__ import annotations

from typing import NamedTuple

from transforms.expressions import Expression
from transforms.rules import Topic

ROLES = ("any", "all", "none", "ignore")


class Entry(NamedTuple):
    """One expression of a topic with what it weighs and the languages it is for (none: all)."""

    expression: Expression
    weight: float
    languages: tuple[str, ...]


class OwnTopic(NamedTuple):
    """One topic of a file: when it is claimed, and for which articles at all."""

    slug: str
    any: tuple[Entry, ...]
    all: tuple[Entry, ...]
    none: tuple[Entry, ...]
    ignore: tuple[Entry, ...]
    languages: tuple[str, ...]  # none: all
    outlets: tuple[str, ...]  # none: all; case-folded
    minimum: float


class OwnExample(NamedTuple):
    """An article that must have a topic, or must not."""

    topic: str
    wanted: bool
    title: str | None
    text: str | None
    language: str
    outlet: str | None
    where: str  # FILE:LINE


class OwnRules(NamedTuple):
    """A checked file. Equal rules have equal versions, whatever the comments and the examples."""

    name: str
    version: str  # stated version, "-", hash of the content
    default_topics: bool  # whether the topics that newsbeam brings are tagged, too
    topics: tuple[Topic, ...]  # rows of the table `topics`
    rules: tuple[OwnTopic, ...]  # in the same order
    examples: tuple[OwnExample, ...]
