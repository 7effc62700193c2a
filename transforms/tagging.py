"""TagTopics: the step that says what articles are about (transforms/topics.py says how)."""

from __future__ import annotations

from pathlib import Path

import apache_beam as beam
from apache_beam.pvalue import PCollection

from records import Article
from transforms.rules import Rules, default_rules, load_rules
from transforms.together import Together
from transforms.topicrules import TopicRules, load_topics
from transforms.topics import Tagger


class TagTopics(beam.PTransform):
    """Fills in the topics of articles whose language is detected.

    Where there are no terms for the language topics stay None, "not tagged": that nothing was
    found would be too much said. Rules are given loaded, as the file of topics of one's own, or
    as the folder of a rule set; the default is IPTC Media Topics. Wrong ones fail here, before
    anything runs.
    """

    def __init__(self, rules: TopicRules | Rules | str | Path | None = None) -> None:
        super().__init__()
        if isinstance(rules, str | Path):
            path = Path(rules)
            rules = load_topics(path) if path.is_file() else load_rules(path)
        elif rules is None:
            default_rules()  # checked here; workers read it themselves rather than be sent it
        self._rules = TopicRules(rules) if isinstance(rules, Rules) else rules

    def expand(self, articles: PCollection[Article]) -> PCollection[Article]:
        return articles | "Tag" >> beam.ParDo(_Tag(self._rules)).with_output_types(Article)


class _Tag(Together):
    def __init__(self, rules: TopicRules | None) -> None:
        self._rules = rules
        self._tagger: Tagger | None = None  # made where it works: automata do not travel

    def setup(self) -> None:
        self._tagger = (self._rules or load_topics()).tagger()

    def work(self, articles: list[Article]) -> list[Article]:
        assert self._tagger is not None
        known = []
        for number, article in enumerate(articles):
            language = article.detection.language if article.detection else "und"
            if self._tagger.knows(language):
                known.append((number, (article.title, article.text, language, article.outlet)))
        found = self._tagger.tag_all([each for _, each in known])
        for (number, _), topics in zip(known, found, strict=True):
            articles[number] = articles[number]._replace(topics=topics)
        return articles
