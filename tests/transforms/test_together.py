"""Steps that work on a few hundred articles at a time."""

from collections.abc import Iterable, Iterator
from typing import Any

import apache_beam as beam
from apache_beam.testing.test_pipeline import TestPipeline
from apache_beam.testing.util import assert_that, equal_to
from apache_beam.transforms.window import FixedWindows, SlidingWindows, TimestampedValue

from records import Article
from transforms.together import Together


class _Titled(Together):
    """Gives each article the number it has among those it is worked on with."""

    def work(self, articles: list[Article]) -> Iterable[Article]:
        assert 1 <= len(articles) <= 256
        for number, article in enumerate(articles):
            yield article._replace(title=str(number))


def _seen(article: Article, time: Any, window: Any) -> tuple[int, float, float]:
    return article.document_id, float(time), float(window.start)


def _articles(count: int) -> Iterator[TimestampedValue]:
    for number in range(count):
        yield TimestampedValue(Article("s", "id", number, 0), number)


def _placed(windows: Any, count: int) -> Any:
    return (
        beam.Create(list(_articles(count)))
        | beam.WindowInto(windows)
        | beam.ParDo(_Titled())
        | beam.Map(
            lambda article, time=beam.DoFn.TimestampParam, window=beam.DoFn.WindowParam: _seen(
                article, time, window
            )
        )
    )


def test_each_article_keeps_its_own_time_and_window() -> None:
    expected = [(number, float(number), number // 10 * 10.0) for number in range(600)]
    with TestPipeline(runner="FnApiRunner") as pipeline:
        assert_that(pipeline | _placed(FixedWindows(10), 600), equal_to(expected))


def test_an_article_in_several_windows_stays_in_all_of_them() -> None:
    expected = [(0, 0.0, -5.0), (0, 0.0, 0.0), (1, 1.0, -5.0), (1, 1.0, 0.0)]
    with TestPipeline(runner="FnApiRunner") as pipeline:
        assert_that(pipeline | _placed(SlidingWindows(10, 5), 2), equal_to(expected))


def test_every_article_is_worked_on_in_its_order() -> None:
    articles = [Article("s", "id", number, 0) for number in range(300)]
    with TestPipeline(runner="FnApiRunner") as pipeline:
        titled = (
            pipeline
            | beam.Create(articles, reshuffle=False)
            | beam.ParDo(_Titled())
            | beam.Map(lambda article: (article.document_id, article.title))
        )
        assert_that(titled, equal_to([(n, str(n % 256)) for n in range(300)]))
