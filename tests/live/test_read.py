from __future__ import annotations

from pathlib import Path

import apache_beam as beam
import numpy as np
import pytest
from apache_beam.testing.test_pipeline import TestPipeline
from apache_beam.testing.util import assert_that, equal_to

from live.hosts import host_of
from live.poll import poll
from live.read import ReadResponses
from live.response import Response, read_response, write_response
from records import Article, Feed, Host

URL = "https://news.example/feed"
NOW = 1_800_000_000_000_000
BODY = b"""<rss version="2.0"><channel><title>News</title>
<item><title>One</title><link>https://news.example/1</link></item>
<item><title>Two</title><link>https://news.example/2</link></item>
<item></item></channel></rss>"""


def answer(kind: str = "feed", url: str = URL, **fields: object) -> Response:
    return Response(kind, url, url, NOW, final_url=url, requests=1, **fields)  # type: ignore[arg-type]


def test_responses_become_articles_rejects_and_states(tmp_path: Path) -> None:
    feed = answer(status=200, feed=Feed(URL, outlet="News"))
    other = "https://other.example/feed"
    limited = answer(url=other, status=429, retry_at=NOW + 60_000_000, feed=Feed(other))
    robots = answer("robots", "https://news.example", status=200)
    sidecars = [
        str(write_response(tmp_path, feed, BODY)),
        str(write_response(tmp_path, limited, None)),
        str(write_response(tmp_path, robots, b"User-agent: *\nDisallow: /")),
    ]
    one, two, _ = poll(Feed(URL, outlet="News"), feed, BODY, NOW).items
    assert isinstance(one, Article)
    assert isinstance(two, Article)
    known = tmp_path / "known.npy"
    np.save(known, np.array([two.document_id], "<u8"))
    with TestPipeline(runner="FnApiRunner") as pipeline:
        read = pipeline | beam.Create(sidecars) | ReadResponses(known=str(known))
        assert_that(read.articles, equal_to([one]), label="articles")
        assert_that(read.known, equal_to([two]), label="known")
        reasons = read.rejects | beam.Map(lambda each: (each.source, each.stage, each.reason))
        assert_that(
            reasons,
            equal_to([(URL, "parse", "no_content"), (other, "fetch", "rate_limited")]),
            label="rejects",
        )
        states = read.feeds | "states" >> beam.Map(lambda each: (each.url, each.failures))
        assert_that(states, equal_to([(URL, 0), (other, 1)]), label="feeds")
        outcomes = read.fetches | "outcomes" >> beam.Map(lambda each: (each.url, each.outcome))
        assert_that(
            outcomes,
            equal_to([(URL, "new"), (other, "failed"), ("https://news.example", "new")]),
            label="fetches",
        )
        assert_that(read.pages, equal_to([]), label="pages")
        rules = Host("https://news.example", "User-agent: *\nDisallow: /", NOW)
        peace = Host("https://other.example", not_before=NOW + 60_000_000)
        assert_that(read.hosts, equal_to([rules, peace]), label="hosts")


@pytest.mark.parametrize(
    ("status", "body", "error", "robots"),
    [
        (200, b"\xef\xbb\xbfUser-agent: *", None, "User-agent: *"),
        (200, b"", None, ""),
        (404, b"nothing here", "http_error", ""),
        (403, None, "http_error", ""),
        (429, None, "rate_limited", None),
        (503, None, "http_error", None),
        (None, None, "timeout", None),
        (301, None, "too_many_redirects", None),
    ],
)
def test_the_rules_of_a_host(
    status: int | None, body: bytes | None, error: str | None, robots: str | None
) -> None:
    response = answer("robots", "https://news.example", status=status, error=error)
    (host,) = host_of(response, body)
    assert host == Host("https://news.example", robots, NOW)


def test_a_host_that_asks_for_peace_for_a_year_gets_a_week() -> None:
    response = answer(status=503, retry_at=NOW + 365 * 86_400_000_000)
    (host,) = host_of(response, None)
    assert host == Host("https://news.example", not_before=NOW + 7 * 86_400_000_000)


def test_a_retry_after_with_a_good_answer_is_nobodys_wish() -> None:
    assert list(host_of(answer(status=200, retry_at=NOW + 60_000_000), BODY)) == []


def test_a_response_comes_back_as_it_was_kept(tmp_path: Path) -> None:
    response = answer(status=200, hops=((301, "b"),), headers={"etag": "\xe9"}, feed=Feed(URL))
    sidecar = write_response(tmp_path, response, b"x")
    assert read_response(sidecar) == response._replace(body=str(sidecar.with_suffix(".body")))
