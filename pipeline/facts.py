"""What shapes a store's facts, handed to the one who writes it."""

from __future__ import annotations

from pipeline import clock
from sinks.matching import Matcher
from sinks.writer import Writer
from transforms.compare import CANDIDATE_WEIGHT, compare, prepare_all, similarity
from transforms.topicrules import TopicRules, load_topics
from transforms.versions import FIXED, TEMPLATE_TEXTS, versions

MATCHER = Matcher(prepare_all, compare, similarity, CANDIDATE_WEIGHT, TEMPLATE_TEXTS)


def prepare_store(writer: Writer, topics: TopicRules | None = None) -> list[str]:
    """Make the store ready and hold it to today's versions. Returns what there is to say."""
    topics = topics or load_topics()
    return writer.prepare(versions(topics), FIXED, topics.topics, clock.now())
