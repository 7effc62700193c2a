"""A round: what is asked of whom, in which order and when, and what is left alone."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.testing.util import assert_that, equal_to

from live.fetch import Job, Settings, fetch_all, last_asked
from live.fetching import Fetch
from live.response import Response, body_of, read_response
from records import Feed, Host, Page
from tests.live.behaviours import FEED
from tests.live.clock import Simulated, Watched
from tests.live.server import Behaviour, Do, Request, Server, answer, redirect

SECOND = 1_000_000
NOW = 1_750_000_000 * SECOND
DAY = 86_400 * SECOND


class Round:
    """A server and a clock that does not wait, and what is asked with them."""

    def __init__(self, folder: Path, server: Server, clock: Simulated) -> None:
        self.folder = folder
        self.server = server
        self.clock = clock

    def fetch(self, names: dict[str, list[str]] | None = None, **job: Any) -> dict[str, Response]:
        """The responses to a job, by kind and url; `names` are what the resolver knows."""
        settings = job.setdefault("settings", Settings())
        network = Watched(self.clock, settings, lambda host: (names or {})[host])
        now = NOW + round((self.clock.now() - self.clock.START) * SECOND)
        sidecars = fetch_all(Job(str(self.folder), now, **job), self.clock, network)
        responses = [read_response(path) for path in sidecars]
        return {f"{each.kind} {each.url}": each for each in responses}

    def feed(self, target: str = "/feed", **fields: Any) -> Response:
        """The response to one feed of the server."""
        url = self.server.url(target)
        return self.fetch(feeds=(Feed(url, **fields),))[f"feed {url}"]

    def page(self, target: str = "/page") -> Page:
        """A page of the server, listed by a feed of the server."""
        return Page("id", self.server.url(target), feed=self.server.url("/feed"))

    def times(self) -> list[float]:
        """When the server was asked, in seconds from the first time."""
        return [each.time - self.server.asked[0].time for each in self.server.asked]


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Callable[[dict[str, Behaviour]], Round]]:
    """serving(behaviours) starts a server for them."""
    started: list[Server] = []

    def start(behaviours: dict[str, Behaviour]) -> Round:
        clock = Simulated()
        started.append(Server(behaviours, clock.now).__enter__())
        return Round(tmp_path / "responses", started[-1], clock)

    yield start
    for server in started:
        server.__exit__(None, None, None)


Serving = Callable[[dict[str, Behaviour]], Round]


def good(_: Request) -> bytes:
    return answer(200, FEED)


# What is sent


def test_a_server_is_told_who_asks_for_what(serving: Serving) -> None:
    round_ = serving({"/feed": good, "/page": good})
    settings = Settings(contact="news@example.org")
    round_.fetch(
        feeds=(Feed(round_.server.url("/feed?a=1")),), pages=(round_.page(),), settings=settings
    )
    feed, robots, page = round_.server.asked
    assert [each.target for each in (feed, robots, page)] == ["/feed?a=1", "/robots.txt", "/page"]
    assert list(feed.headers) == ["host", "user-agent", "accept", "accept-encoding"]
    assert feed.headers["host"] == f"127.0.0.1:{round_.server.port}"
    assert feed.headers["user-agent"] == f"newsbeam/{version('newsbeam')} (+news@example.org)"
    assert feed.headers["accept-encoding"] == "gzip, deflate, br, zstd"
    assert feed.headers["accept"].startswith("application/atom+xml, application/rss+xml")
    assert page.headers["accept"].startswith("text/html")
    assert robots.headers["accept"].startswith("text/plain")


@pytest.mark.parametrize("contact", ["", " a", "a\r\nCookie: b", "\u00e9", "a\x00"])
def test_a_contact_that_cannot_be_sent_is_refused(contact: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="one line of ASCII"):
        fetch_all(Job(str(tmp_path), NOW, settings=Settings(contact=contact)))


@pytest.mark.parametrize(
    "etag", ['"abc"', 'W/"a b\tc"', "unquoted", '"\xe9\xff"', '""', '"a", "b"', "a-gzip\"'"]
)
def test_validators_are_sent_back_byte_for_byte(etag: str, serving: Serving) -> None:
    round_ = serving({"/feed": lambda _: answer(200, FEED, f"ETag: {etag}", "Last-Modified: now")})
    first = round_.feed()
    assert (first.headers["etag"], first.conditional) == (etag, False)
    for sidecar in round_.folder.iterdir():
        sidecar.unlink()
    last_modified = first.headers["last-modified"]
    assert round_.feed(etag=first.headers["etag"], last_modified=last_modified).conditional
    headers = round_.server.asked[1].headers
    assert (headers["if-none-match"], headers["if-modified-since"]) == (etag, "now")


@pytest.mark.parametrize("etag", ["", "a\r\nCookie: b", " a", "a\x00b", "\u20ac\n"])
def test_validators_that_cannot_be_sent_are_not(etag: str, serving: Serving) -> None:
    round_ = serving({"/feed": good})
    assert round_.feed(etag=etag).conditional is False
    assert "if-none-match" not in round_.server.asked[0].headers


def test_not_modified_has_no_body(serving: Serving) -> None:
    round_ = serving({"/feed": lambda _: b'HTTP/1.1 304 Same\r\nETag: "b"\r\n\r\n'})
    response = round_.feed(etag='"a"')
    assert (response.status, response.body, response.conditional) == (304, None, True)
    assert (response.error, response.headers) == (None, {"etag": '"b"'})


def test_credentials_are_sent_and_neither_stored_nor_sent_elsewhere(serving: Serving) -> None:
    round_ = serving(
        {
            "/feed": lambda request: redirect(302, "/same"),
            "/same": lambda request: redirect(
                302, f"http://evil:known@other.example:{request.server.port}/other"
            ),
            "/other": good,
        }
    )
    url = round_.server.url("/feed").replace("//", "//ann:s%20ecret@")
    response = round_.fetch(
        names={"other.example": ["127.0.0.1"]},
        feeds=(Feed(url, etag='"a"'),),
        settings=Settings(allow_private=("other.example",)),
    )[f"feed {url}"]
    assert response.error is None
    sent = [each.headers.get("authorization") for each in round_.server.asked]
    assert sent == ["Basic YW5uOnMgZWNyZXQ=", "Basic YW5uOnMgZWNyZXQ=", None]
    assert ["if-none-match" in each.headers for each in round_.server.asked] == [True, True, False]
    told = [response.asked, str(response.final_url), *(to for _, to in response.hops)]
    assert not re.search("ann|ecret|evil|known", " ".join(told))
    assert response.conditional is False


def test_a_feed_that_moved_is_asked_where_it_is_and_known_by_its_old_name(serving: Serving) -> None:
    round_ = serving({"/new": good})
    response = round_.feed("/old", fetch_url=round_.server.url("/new"))
    assert (response.url, response.asked) == (round_.server.url("/old"), round_.server.url("/new"))
    assert round_.server.targets() == ["/new"]


# What comes back


def test_a_response_tells_its_redirects_and_what_they_cost(serving: Serving) -> None:
    round_ = serving(
        {
            "/feed": lambda _: redirect(301, "/b?x=1"),
            "/b": lambda _: redirect(307, "c#d"),
            "/c": lambda _: answer(200, FEED, "X-A: 1", "X-A: 2"),
        }
    )
    response = round_.feed()
    at = round_.server.url
    assert response.hops == ((301, at("/b?x=1")), (307, at("/c")))
    assert (response.asked, response.final_url) == (at("/feed"), at("/c"))
    assert response.requests == 3
    assert (response.at, response.seconds) == (NOW, 2.0)  # two gaps
    sent = redirect(301, "/b?x=1") + redirect(307, "c#d")
    assert response.bytes == len(sent) + len(answer(200, FEED, "X-A: 1", "X-A: 2"))
    assert response.headers == {"x-a": "1, 2", "content-length": str(len(FEED))}
    assert response.feed == Feed(at("/feed"))
    assert body_of(response) == FEED


def test_an_address_that_is_none_is_answered_without_asking(serving: Serving) -> None:
    round_ = serving({})
    page = Page("id", "ftp://ann:secret@example.org/")
    responses = round_.fetch(feeds=(Feed("feed.xml"),), pages=(page,))
    told = [(each.error, each.requests, each.status) for each in responses.values()]
    assert told == [("bad_address", 0, None)] * 2
    assert responses[f"page {page.url}"].asked == "ftp://example.org/"
    assert responses[f"page {page.url}"].page == page


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        (["Retry-After: 120"], 120.0),
        (["Retry-After: Sun, 15 Jun 2025 15:07:40 GMT"], 60.0),
        # by the server's clock, which is an hour fast
        (
            [
                "Date: Sun, 15 Jun 2025 16:06:40 GMT",
                "Retry-After: Sun, 15 Jun 2025 16:08:40 GMT",
            ],
            120.0,
        ),
        (["Retry-After: Sunday, 15-Jun-25 15:07:40 GMT"], 60.0),
        (["Retry-After: Sun, 15 Jun 2008 15:07:40 GMT"], 0.0),
        (["Retry-After: 99999999999999999999"], 30 * 86_400.0),
        (["Retry-After: soon"], None),
        (["Retry-After: -1"], None),
        ([], None),
    ],
)
@pytest.mark.parametrize("status", [403, 429, 503])
def test_when_to_come_back_is_read_in_every_form(
    status: int, headers: list[str], seconds: float | None, serving: Serving
) -> None:
    round_ = serving({"/feed": lambda _: answer(status, b"", *headers)})
    retry_at = round_.feed().retry_at
    assert retry_at == (None if seconds is None else NOW + seconds * SECOND)


# Politeness


def test_requests_to_a_host_begin_a_gap_apart_redirects_and_robots_included(
    serving: Serving,
) -> None:
    round_ = serving({"/feed": lambda _: redirect(302, "/there"), "/there": good, "/page": good})
    feeds = (Feed(round_.server.url("/feed")), Feed(round_.server.url("/there?2")))
    round_.fetch(feeds=feeds, pages=(round_.page(),), settings=Settings(host_gap=2.5))
    assert len(round_.times()) == 5
    assert round_.times() == [0.0, 2.5, 5.0, 7.5, 10.0]


def test_ports_of_a_host_are_one_host(serving: Serving) -> None:
    round_ = serving({"/feed": good})
    with Server({"/feed": good}, round_.clock.now) as other:
        round_.fetch(feeds=(Feed(round_.server.url("/feed")), Feed(other.url("/feed"))))
        times = [round_.server.asked[0].time, other.asked[0].time]
    assert abs(times[0] - times[1]) == 1.0


def test_the_gap_holds_over_rounds(serving: Serving) -> None:
    round_ = serving({"/feed": good})
    first = round_.fetch(feeds=(Feed(round_.server.url("/feed?1")),))
    asked = last_asked(first.values())
    assert asked == {"127.0.0.1": NOW}
    round_.fetch(feeds=(Feed(round_.server.url("/feed?2")),), asked=tuple(asked.items()))
    assert round_.times() == [0.0, 1.0]


def test_a_host_is_asked_for_two_things_at_a_time_and_no_more(serving: Serving) -> None:
    meeting = threading.Barrier(2)

    def together(_: Request) -> bytes:
        meeting.wait(10)  # answers come only where two are asked for at the same time
        return answer(200, FEED)

    round_ = serving({"/feed": together})
    feeds = tuple(Feed(round_.server.url(f"/feed?{number}")) for number in range(10))
    responses = round_.fetch(feeds=feeds, settings=Settings(host_gap=0.0))
    assert [each.error for each in responses.values()] == [None] * 10
    assert round_.server.most_at_once == 2


def test_connections_are_kept_for_the_next_request_to_a_host(serving: Serving) -> None:
    round_ = serving({"/feed": good})
    feeds = tuple(Feed(round_.server.url(f"/feed?{number}")) for number in range(6))
    round_.fetch(feeds=feeds)
    assert {each.connection for each in round_.server.asked} <= {1, 2}


def test_a_kept_connection_that_was_closed_meanwhile_is_no_failure(serving: Serving) -> None:
    def leaves(request: Request) -> Iterator[bytes | Do]:
        yield Do.CLOSE if (request.connection, request.target) == (1, "/2") else answer(200, FEED)

    round_ = serving({"/1": leaves, "/2": leaves})
    feeds = tuple(Feed(round_.server.url(path)) for path in ("/1", "/2"))
    responses = round_.fetch(feeds=feeds)
    assert [(each.error, each.requests) for each in responses.values()] == [(None, 1), (None, 2)]
    assert round_.times() == [0.0, 1.0, 2.0]


@pytest.mark.parametrize(
    ("status", "headers", "asked"),
    [
        (429, ["Retry-After: 60"], 1),
        (429, [], 1),
        (503, ["Retry-After: 60"], 1),
        (503, [], 2),
        (403, ["Retry-After: 60"], 1),
        (403, [], 3),
        (500, ["Retry-After: 60"], 3),
    ],
)
def test_a_host_that_has_enough_is_asked_for_nothing_more_in_a_round(
    status: int, headers: list[str], asked: int, serving: Serving
) -> None:
    round_ = serving({"/feed": lambda _: answer(status, b"", *headers), "/page": good})
    feeds = tuple(Feed(round_.server.url(f"/feed?{number}")) for number in range(3))
    pages = (round_.page(),) if asked == 1 else ()
    responses = list(round_.fetch(feeds=feeds, pages=pages).values())
    assert len(round_.server.asked) == asked
    waiting = [each for each in responses if each.error == "host_waiting"]
    assert len(waiting) == len(feeds) + len(pages) - asked
    for each in waiting:
        retry_at = NOW + 60 * SECOND if headers else None
        assert (each.requests, each.status, each.retry_at) == (0, None, retry_at)


def test_one_path_of_a_host_that_is_unavailable_keeps_nobody_from_the_others(
    serving: Serving,
) -> None:
    round_ = serving({"/feed": good, "/broken": lambda _: answer(503, b"")})
    feeds = [Feed(round_.server.url(path)) for path in ("/broken", "/feed?1", "/feed?2")]
    found = round_.fetch(feeds=tuple(feeds))
    assert [found[f"feed {feed.url}"].status for feed in feeds] == [503, 200, 200]
    # Begun again, the round knows of it: another one, and the host is left alone.
    more = tuple(Feed(round_.server.url(f"/broken?{number}")) for number in range(2))
    again = round_.fetch(feeds=(*feeds, *more))
    assert [again[f"feed {feed.url}"].error for feed in more] == ["http_error", "host_waiting"]


def test_a_host_that_asked_to_be_left_alone_is_until_then(serving: Serving) -> None:
    round_ = serving({"/feed": good})
    origin = round_.server.url("")
    feeds = (Feed(round_.server.url("/feed")),)
    [first] = round_.fetch(feeds=feeds, hosts=(Host(origin, not_before=NOW + 1),)).values()
    assert (first.error, first.requests, first.retry_at) == ("host_waiting", 0, NOW + 1)
    Path(next(round_.folder.iterdir())).unlink()
    [second] = round_.fetch(feeds=feeds, hosts=(Host(origin, not_before=NOW),)).values()
    assert second.error is None


def test_what_is_not_begun_within_the_budget_has_no_response(serving: Serving) -> None:
    round_ = serving({"/feed": good})
    feeds = tuple(Feed(round_.server.url(f"/feed?{number}")) for number in range(9))
    assert len(round_.fetch(feeds=feeds, budget=3.0)) == 4
    assert round_.times() == [0.0, 1.0, 2.0, 3.0]
    assert len(round_.fetch(feeds=feeds)) == 9
    assert round_.times()[4:] == [4.0, 5.0, 6.0, 7.0, 8.0]


def test_a_redirect_that_would_be_followed_after_the_budget_leaves_no_response(
    serving: Serving,
) -> None:
    round_ = serving({"/feed": lambda _: redirect(302, "/there")})
    assert round_.fetch(feeds=(Feed(round_.server.url("/feed")),), budget=0.5) == {}
    assert round_.server.targets() == ["/feed"]


def test_what_the_folder_has_is_not_asked_for_again(serving: Serving) -> None:
    round_ = serving({"/feed": good, "/page": good})
    job: dict[str, Any] = {
        "feeds": (Feed(round_.server.url("/feed")),),
        "pages": (round_.page(),),
    }
    first = round_.fetch(**job)
    again = round_.fetch(**job)
    assert sorted(again) == sorted(key for key in first if not key.startswith("robots"))
    assert len(round_.server.asked) == 3
    # a page more, as if the round had been cut off: robots.txt is there, and the gap is kept
    job["pages"] = (*job["pages"], round_.page("/page?2"))
    assert sorted(round_.fetch(**job)) == sorted([*first, f"page {round_.server.url('/page?2')}"])
    assert round_.server.targets() == ["/feed", "/robots.txt", "/page", "/page?2"]
    assert round_.times()[-1] >= 3.0


def test_what_is_named_twice_is_asked_for_once(serving: Serving) -> None:
    round_ = serving({"/feed": good, "/page": good})
    feed, page = Feed(round_.server.url("/feed")), round_.page()
    pages = (page, page._replace(article_id="other"))
    responses = round_.fetch(feeds=(feed, feed), pages=pages)
    assert round_.server.targets() == ["/feed", "/robots.txt", "/page"]
    assert responses[f"page {page.url}"].page == page


def test_what_a_server_says_comes_to_a_person_without_control_codes(serving: Serving) -> None:
    round_ = serving({"/feed": lambda _: redirect(302, "ftp://\x9b31m\u202e/")})
    detail = round_.feed().detail
    assert detail == "no http or https address: ftp://\ufffd31m\u202e/"


def test_a_round_that_is_tried_again_remembers_who_wants_peace(serving: Serving) -> None:
    round_ = serving({"/feed": lambda _: answer(429, b"", "Retry-After: 9")})
    round_.feed("/feed?1")
    feeds = tuple(Feed(round_.server.url(f"/feed?{number}")) for number in (1, 2))
    responses = round_.fetch(feeds=feeds)
    assert [each.error for each in responses.values()] == ["rate_limited", "host_waiting"]
    assert len(round_.server.asked) == 1


# robots.txt


def robots(text: str) -> Behaviour:
    return lambda _: answer(200, text.encode(), "Content-Type: text/plain")


def moved(times: int, body: bytes) -> Behaviour:
    """`body` behind so many redirects."""

    def serve(request: Request) -> bytes:
        step = int(request.target.partition("?")[2] or 0)
        return redirect(301, f"?{step + 1}") if step < times else answer(200, body)

    return serve


def page_errors(round_: Round, *targets: str, **job: Any) -> list[str | None]:
    """What became of pages, in this order."""
    pages = tuple(round_.page(target) for target in targets)
    responses = round_.fetch(pages=pages, **job)
    return [responses[f"page {page.url}"].error for page in pages]


def test_pages_that_robots_txt_forbids_are_not_asked_for(serving: Serving) -> None:
    rules = "User-agent: *\nDisallow: /\n\nUser-agent: Newsbeam\nDisallow: /private/*.html$\n"
    round_ = serving({"/robots.txt": robots(rules), "/page": good, "/private/a": good})
    targets = ("/page", "/private/a.html", "/private/a")
    assert page_errors(round_, *targets) == [None, "robots", None]
    assert sorted(round_.server.targets()) == ["/page", "/private/a", "/robots.txt"]


def test_a_feed_is_asked_for_whatever_robots_txt_says(serving: Serving) -> None:
    round_ = serving({"/robots.txt": robots("User-agent: *\nDisallow: /"), "/feed": good})
    assert round_.feed().error is None
    assert round_.server.targets() == ["/feed"]


@pytest.mark.parametrize(
    ("serve", "error"),
    [
        (lambda _: answer(404), None),
        (lambda _: answer(403), None),
        (lambda _: answer(410), None),
        (lambda _: answer(200), None),
        (lambda _: answer(200, b"<!doctype html><title>Welcome</title>"), None),
        (lambda _: answer(200, b"\xef\xbb\xbfUser-agent: *\nDisallow: /"), "robots"),
        (lambda _: answer(200, b"User-agent: *\nDisallow: /\n" + b"#" * 600_000), "robots"),
        (lambda _: answer(200, b"#" * 600_000 + b"\nUser-agent: *\nDisallow: /"), None),
        (lambda _: answer(500), "robots_unread"),
        (lambda _: answer(429), "robots_unread"),
        (lambda _: [Do.CLOSE], "robots_unread"),
        (lambda _: redirect(302, "/robots.txt?"), "robots_unread"),
        (lambda _: redirect(302, "http://10.0.0.1/robots.txt"), "robots_unread"),
        (moved(5, b"User-agent: *\nDisallow: /"), "robots"),
        (moved(6, b""), "robots_unread"),
    ],
)
def test_what_robots_txt_may_be(serve: Behaviour, error: str | None, serving: Serving) -> None:
    assert page_errors(serving({"/robots.txt": serve, "/page": good}), "/page") == [error]


def test_robots_txt_is_asked_for_once_a_round(serving: Serving) -> None:
    round_ = serving({"/robots.txt": robots("User-agent: *\nDisallow: /a"), "/page": good})
    assert page_errors(round_, "/page", "/a", "/page?2") == [None, "robots", None]
    assert round_.server.targets().count("/robots.txt") == 1


def test_robots_txt_is_asked_for_once_a_day(serving: Serving) -> None:
    round_ = serving({"/page": good})
    fresh = Host(round_.server.url(""), "User-agent: *\nDisallow: /b", NOW - DAY)
    assert page_errors(round_, "/b", "/page", hosts=(fresh,)) == ["robots", None]
    assert round_.server.targets() == ["/page"]


def test_an_old_robots_txt_holds_where_no_new_one_is_to_be_had(serving: Serving) -> None:
    round_ = serving({"/robots.txt": lambda _: answer(500), "/page": good})
    stale = Host(round_.server.url(""), "User-agent: *\nDisallow: /b", NOW - DAY - 1)
    assert page_errors(round_, "/b", "/page", hosts=(stale,)) == ["robots", None]
    assert round_.server.targets() == ["/robots.txt", "/page"]


def test_crawl_delay_is_the_gap_of_its_host(serving: Serving) -> None:
    round_ = serving({"/robots.txt": robots("User-agent: *\nCrawl-delay: 7"), "/page": good})
    assert page_errors(round_, "/page", "/page?2") == [None, None]
    assert round_.times() == [0.0, 7.0, 14.0]


def test_a_page_that_moves_to_another_site_is_asked_for_as_that_site_allows(
    serving: Serving,
) -> None:
    round_ = serving(
        {
            "/page": lambda request: redirect(
                302, f"http://other.example:{request.server.port}/there"
            ),
            "/robots.txt": lambda request: answer(
                200,
                b"User-agent: *\nDisallow: /there" if "other" in request.headers["host"] else b"",
            ),
        }
    )
    page = round_.page()
    response = round_.fetch(
        names={"other.example": ["127.0.0.1"]},
        pages=(page,),
        settings=Settings(allow_private=("other.example",)),
    )[f"page {page.url}"]
    assert (response.error, response.requests, response.status) == ("robots", 1, 302)
    assert round_.server.targets() == ["/robots.txt", "/page", "/robots.txt"]


# Private addresses


def test_a_page_of_a_private_feed_is_asked_for_on_its_host_alone(serving: Serving) -> None:
    round_ = serving({"/page": good})
    feed = round_.server.url("/feed")
    other = round_.server.url("/page", "another host")
    pages = (Page("1", round_.server.url("/page"), feed=feed), Page("2", other, feed=feed))
    responses = round_.fetch(pages=pages)
    assert [responses[f"page {each.url}"].error for each in pages] == [None, "private_address"]
    [unlisted] = round_.fetch(pages=(Page("3", round_.server.url("/page?3")),)).values()
    assert (unlisted.error, unlisted.requests) == ("private_address", 0)


def test_a_name_that_leads_to_a_private_address_is_refused_unless_allowed(serving: Serving) -> None:
    round_ = serving({"/feed": good})
    url = f"http://feeds.example:{round_.server.port}/feed"
    names = {"feeds.example": ["127.0.0.1"]}
    [refused] = round_.fetch(names, feeds=(Feed(url),)).values()
    assert (refused.error, refused.requests) == ("private_address", 0)
    Path(next(round_.folder.iterdir())).unlink()
    allowed = Settings(allow_private=("127.0.0.0/8",))
    [asked] = round_.fetch(names, feeds=(Feed(url),), settings=allowed).values()
    assert (asked.error, asked.requests) == (None, 1)


def test_a_wrong_name_among_those_allowed_stops_everything(serving: Serving) -> None:
    with pytest.raises(ValueError, match="'a b'"):
        serving({}).fetch(settings=Settings(allow_private=("a b",)))


# In a pipeline


def test_fetch_gives_the_sidecars_of_jobs(serving: Serving) -> None:
    round_ = serving({"/feed": good})
    url = round_.server.url("/feed")
    job = Job(str(round_.folder), NOW, feeds=(Feed(url),))
    with beam.Pipeline("FnApiRunner") as pipeline:
        asked = pipeline | beam.Create([job]) | Fetch()
        told = asked | beam.Map(lambda path: (read_response(path).url, read_response(path).error))
        assert_that(told, equal_to([(url, None)]))
    assert fetch_all(job) == [str(next(round_.folder.glob("*.json")))]
    assert len(round_.server.asked) == 1
