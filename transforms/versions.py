"""What shapes facts: kept in every store and every spooled batch, compared before they meet."""

from __future__ import annotations

from transforms.topicrules import TopicRules, load_topics

# Raised by whoever changes what a text's keys, ids or 3-grams are; a store keeps to one.
FINGERPRINT = "1"
# Raised by whoever changes what language a text is found to be in.
LANGUAGE = "1"

NEAR_SIMILARITY = 0.7  # least Jaccard index of word 3-grams for `near`
EXCERPT_CONTAINMENT = 0.8  # least share of the smaller's 3-grams for `excerpt`
EXCERPT_MIN_WORDS = 30  # shorter passages recur by custom, not by copying
TEMPLATE_TEXTS = 1000  # a key held by more distinct texts than this marks a template

# What a store cannot change once it has articles: old and new ids and pairs would not agree.
FIXED = ("fingerprint", "near_similarity", "excerpt_containment", "template_texts")


def versions(topics: TopicRules | None = None) -> dict[str, str]:
    """This newsbeam's versions and thresholds, as kept in `meta` and in manifests.

    `topics` are the rules in use: those that newsbeam brings, where none are given.
    """
    return {
        "fingerprint": FINGERPRINT,
        "language": LANGUAGE,
        "topics": (topics or load_topics()).version,
        "near_similarity": str(NEAR_SIMILARITY),
        "excerpt_containment": str(EXCERPT_CONTAINMENT),
        "template_texts": str(TEMPLATE_TEXTS),
    }
