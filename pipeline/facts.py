"""What shapes a store's facts, handed to the one who writes it."""

from __future__ import annotations

from pipeline import clock
from sinks.matching import Matcher
from sinks.writer import Writer
from transforms.compare import CANDIDATE_WEIGHT, compare, prepare_all, similarity
from transforms.rules import default_rules
from transforms.versions import FIXED, TEMPLATE_TEXTS, versions

MATCHER = Matcher(prepare_all, compare, similarity, CANDIDATE_WEIGHT, TEMPLATE_TEXTS)


def prepare_store(writer: Writer) -> list[str]:
    """Make the store ready and hold it to today's versions. Returns what there is to say."""
    return writer.prepare(versions(), FIXED, sorted(default_rules().topics), clock.now())
