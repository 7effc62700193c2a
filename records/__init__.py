"""The records that travel through the pipeline. This package imports nobody."""

from records.article import Article, Detection, Evidence, Fingerprint, TopicMatch
from records.duplicate import DuplicatePair
from records.feed import Feed, Fetch, Host, Page
from records.reject import Reject
from records.section import Section

__all__ = [
    "Article",
    "Detection",
    "DuplicatePair",
    "Evidence",
    "Feed",
    "Fetch",
    "Fingerprint",
    "Host",
    "Page",
    "Reject",
    "Section",
    "TopicMatch",
]
