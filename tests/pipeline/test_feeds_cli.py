"""Subscriptions as people use them: the installed command, a server on loopback, one store."""

from __future__ import annotations

import gzip
import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.facts import MATCHER
from records import Feed
from sinks.writer import Writer
from tests.commands import Commands, Done
from tests.live.server import Server, answer, redirect
from tests.support import DAY, NOON
from tests.test_architecture import ROOT

NOW = "2024-06-01T12:00:00Z"  # NOON
RSS = b"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>Harbour Post</title><link>https://harbourpost.example/</link>
<item><title>Cranes arrive</title><link>https://harbourpost.example/a</link><guid>1</guid>
<pubDate>Fri, 31 May 2024 10:00:00 GMT</pubDate><description>Two cranes by sea.</description></item>
<item><title>Owls stay</title><link>https://harbourpost.example/b</link><guid>2</guid>
<pubDate>Sat, 01 Jun 2024 10:00:00 GMT</pubDate></item>
<item><guid>3</guid></item>
</channel></rss>"""
LINK = '<link rel="alternate" type="application/rss+xml" title="%s" href="%s">'


def page(*links: tuple[str, str]) -> bytes:
    head = "".join(LINK % link for link in links)
    return f"<!doctype html><html><head>{head}</head><body><p>News.</p></body></html>".encode()


BEHAVIOURS: dict[str, Any] = {
    "/rss": lambda r: answer(
        200, RSS, "Content-Type: application/rss+xml; charset=utf-8", 'ETag: "e1"'
    ),
    "/plain": lambda r: answer(200, RSS),
    "/site": lambda r: answer(200, page(("Harbour Post", "/rss")), "Content-Type: text/html"),
    "/two": lambda r: answer(
        200, page(("Main", "/rss"), ("S\x1bport", "/plain")), "Content-Type: text/html"
    ),
    "/none": lambda r: answer(200, page(), "Content-Type: text/html"),
    "/inside": lambda r: answer(
        200, page(("Router", "http://127.9.9.9/rss"), ("Own", "/rss")), "Content-Type: text/html"
    ),
    "/moved": lambda r: redirect(301, "/rss"),
    "/elsewhere": lambda r: redirect(302, "/rss"),
}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(BEHAVIOURS) as running:
        yield running


class Desk:
    """A folder in which newsbeam is run, and what its store holds."""

    def __init__(self, newsbeam: Commands, folder: Path) -> None:
        self.folder = folder
        self.store = folder / "news.duckdb"
        self._newsbeam = newsbeam

    def __call__(self, *words: object, now: str = NOW, **env: str) -> Done:
        env = {"NEWSBEAM_NOW": now, "NEWSBEAM_HOST_GAP": "0", **env}
        command = ["feeds", words[0], "--store", "news.duckdb", *words[1:]]
        return self._newsbeam(*command, cwd=self.folder, env=env)

    def feeds(self) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.store), read_only=True) as db:
            return db.execute(
                "SELECT url, outlet, folder FROM feeds WHERE status = 'active' ORDER BY url"
            ).fetchall()

    def put(self, *feeds: Feed) -> None:
        """Feeds as polls left them."""
        assert self("add", "--no-check", *(feed.url for feed in feeds)).code == 0
        with duckdb.connect(str(self.store)) as db:
            for feed in feeds:
                db.execute(
                    """
                    UPDATE feeds SET status = $status, outlet = $outlet, failures = $failures,
                        error = $error, detail = $detail, gaps = $gaps,
                        entries_per_day = $entries_per_day, usual_per_day = $entries_per_day,
                        interval_seconds = $interval, next_at = make_timestamptz($next_at),
                        added_at = make_timestamptz($added_at),
                        polled_at = make_timestamptz($polled_at::BIGINT),
                        answered_at = make_timestamptz($answered_at::BIGINT),
                        changed_at = make_timestamptz($changed_at::BIGINT),
                        gap_at = make_timestamptz($gap_at::BIGINT)
                    WHERE url = $url
                    """,
                    {
                        name: getattr(feed, name)
                        for name in (
                            "url status outlet failures error detail gaps entries_per_day interval "
                            "next_at added_at polled_at answered_at changed_at gap_at"
                        ).split()
                    },
                )


@pytest.fixture
def desk(newsbeam: Commands, tmp_path: Path) -> Desk:
    return Desk(newsbeam, tmp_path)


# Adding


def test_a_feed_is_asked_once_and_added_with_its_title(desk: Desk, server: Server) -> None:
    before = len(server.asked)
    done = desk("add", server.url("/rss"), "--folder", " Coast / Papers ")
    assert (done.code, done.out) == (0, "")
    assert done.err == (
        f"added: {server.url('/rss')} (Harbour Post), filed in Coast/Papers\n"
        "next: `newsbeam run --feeds` polls it, `newsbeam schedule` does so regularly\n"
    )
    assert server.targets()[before:] == ["/rss"]
    assert desk.feeds() == [(server.url("/rss"), None, "Coast/Papers")]
    with duckdb.connect(str(desk.store), read_only=True) as db:
        [row] = db.execute(
            "SELECT title, site, polled_at, etag, epoch_us(added_at), epoch_us(next_at) FROM feeds"
        ).fetchall()
        assert row == ("Harbour Post", "https://harbourpost.example/", None, None, NOON, NOON)
        assert db.execute("SELECT count(*) FROM articles").fetchall() == [(0,)]


def test_adding_again_is_said_and_changes_name_and_folder(desk: Desk, server: Server) -> None:
    desk("add", server.url("/rss"))
    done = desk("add", server.url("/rss"), "--outlet", "The Post", "--folder", "x")
    assert done.code == 0
    assert done.err == f"was there already: {server.url('/rss')} (The Post), filed in x\n"
    assert desk.feeds() == [(server.url("/rss"), "The Post", "x")]


def test_of_a_site_with_one_feed_that_feed_is_added(desk: Desk, server: Server) -> None:
    assert desk("add", server.url("/site"), "--outlet", "Post").code == 0
    assert desk.feeds() == [(server.url("/rss"), "Post", None)]


def test_of_a_site_with_several_feeds_the_commands_are_given_and_none_is_added(
    desk: Desk, server: Server
) -> None:
    done = desk("add", server.url("/two"), "--folder", "a b")
    options = "--store news.duckdb --folder 'a b'"
    assert done.code == 2
    assert done.err == (
        f"newsbeam: {server.url('/two')} is a page that offers 2 feeds. Choose:\n"
        f"  1  Main\n     newsbeam feeds add {server.url('/rss')} {options}\n"
        f"  2  S port\n     newsbeam feeds add {server.url('/plain')} {options}\n"
    )
    assert not desk.store.exists()


def on_a_terminal(folder: Path, answers: str, *words: str) -> tuple[int, str]:
    """A command whose person sits at a terminal: its exit code and all that was shown."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "NEWSBEAM_HOST_GAP": "0", "TERM": "dumb"}
    running = subprocess.Popen(
        [sys.executable, "-m", "pipeline.cli", "feeds", *words],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=folder,
        env=environment,
    )
    os.close(theirs)
    os.write(ours, answers.encode())
    shown = b""
    try:
        while more := os.read(ours, 4096):
            shown += more
    except OSError:
        pass  # the other end is closed
    os.close(ours)
    return running.wait(), shown.decode().replace("\r\n", "\n")


def test_on_a_terminal_a_person_chooses_by_number(desk: Desk, server: Server) -> None:
    code, shown = on_a_terminal(desk.folder, "2\n", "add", server.url("/two"))
    assert code == 0
    assert f"{server.url('/two')} offers 2 feeds:\n  1  Main\n     {server.url('/rss')}\n" in shown
    assert desk.feeds() == [(server.url("/plain"), None, None)]
    code, shown = on_a_terminal(desk.folder, "\n", "add", server.url("/two"))
    assert code == 2
    assert shown.endswith(f"{server.url('/two')} was not added: none of its feeds was chosen\n")


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("/none", r"neither RSS nor Atom nor JSON Feed.*\(not_a_feed\)"),
        ("/missing", r"answered 404 Not Found \(http_error\)"),
    ],
)
def test_what_is_no_feed_is_not_added(desk: Desk, server: Server, target: str, why: str) -> None:
    done = desk("add", server.url(target))
    url = re.escape(server.url(target))
    assert done.code == 2
    assert re.fullmatch(
        f"newsbeam: {url} was not added: {why}\n"
        f"`newsbeam feeds check {url}` tells more; --no-check adds it all the same.\n",
        done.err,
    )
    assert not desk.store.exists()


def test_what_cannot_be_added_does_not_keep_the_others_out(desk: Desk, server: Server) -> None:
    done = desk("add", server.url("/missing"), server.url("/rss"), server.url("/rss"))
    assert done.code == 2
    assert desk.feeds() == [(server.url("/rss"), None, None)]


def test_without_a_check_nothing_is_asked(desk: Desk, server: Server) -> None:
    before = len(server.asked)
    assert desk("add", "--no-check", server.url("/missing"), "Harbour.example/rss").code == 0
    assert [url for url, *_ in desk.feeds()] == [
        server.url("/missing"),
        "https://Harbour.example/rss",
    ]
    assert server.targets()[before:] == []


def test_an_address_that_looks_like_one_subscribed_to_is_noted(desk: Desk) -> None:
    desk("add", "--no-check", "https://www.harbour.example/rss/")
    done = desk("add", "--no-check", "http://harbour.example/rss")
    assert done.err == (
        "added: http://harbour.example/rss\nnote: https://www.harbour.example/rss/ is subscribed "
        "to as well, and looks like the same feed\n"
    )


def test_a_page_cannot_lead_into_a_private_network(desk: Desk, server: Server) -> None:
    assert desk("add", server.url("/inside")).code == 0
    assert desk.feeds() == [(server.url("/rss"), None, None)]
    done = desk("check", server.url("/inside"), NEWSBEAM_ALLOW_PRIVATE="127.9.0.0/16")
    assert "http://127.9.9.9/rss (Router)" in done.out


@pytest.mark.parametrize("words", [["javascript:alert(1)"], ["a.example", "b.example"]])
def test_a_mistake_is_said_before_anything_is_asked(desk: Desk, words: list[str]) -> None:
    done = desk("add", "--outlet", "A", *words)
    assert done.code == 2
    assert not desk.store.exists()


# Removing


def test_a_feed_is_removed_however_its_address_is_typed(desk: Desk) -> None:
    desk("add", "--no-check", "https://a.example/rss", "https://b.example/rss")
    done = desk("remove", "http://www.a.example/rss/", "b.example/rss")
    assert (done.code, done.out) == (0, "")
    assert done.err == "removed: https://a.example/rss\nremoved: https://b.example/rss\n"
    assert desk.feeds() == []


def test_all_are_removed_or_none_and_the_nearest_is_named(desk: Desk) -> None:
    desk("add", "--no-check", "https://a.example/rss")
    done = desk("remove", "https://a.example/rss", "https://a.example/rs")
    assert done.code == 2
    assert done.err == (
        "newsbeam: https://a.example/rs is not subscribed to; did you mean https://a.example/rss?\n"
    )
    assert len(desk.feeds()) == 1


def test_a_declared_feed_is_removed_in_its_file(desk: Desk) -> None:
    (desk.folder / "feeds.toml").write_text('[[feed]]\nurl = "https://a.example/rss"\n')
    desk("import", "feeds.toml")
    done = desk("remove", "https://a.example/rss")
    assert done.code == 2
    file = desk.folder / "feeds.toml"
    added = desk("add", "--no-check", "https://a.example/rss")
    assert f"note: it is declared in {file}, and what that says counts\n" in added.err
    assert done.err == f"newsbeam: https://a.example/rss is declared in {file}: remove it there\n"


@pytest.mark.parametrize("words", [["list"], ["remove", "a.example"], ["check"], ["export"]])
def test_no_store_is_made_by_what_only_asks(desk: Desk, words: list[str]) -> None:
    done = desk(*words)
    assert done.code == 2
    assert done.err.startswith("newsbeam: there is no store at news.duckdb")
    assert list(desk.folder.iterdir()) == []


# Listing

WELL = Feed(
    "https://a.example/rss",
    outlet="Well",
    added_at=NOON - 30 * DAY,
    polled_at=NOON - DAY // 24,
    answered_at=NOON - DAY // 24,
    changed_at=NOON - DAY // 12,
    next_at=NOON + DAY // 12,
    interval=10_800.0,
    entries_per_day=7.25,
)
SICK = WELL._replace(
    url="https://b.example/rss",
    outlet="S\x1bick",
    failures=3,
    error="http_error",
    detail="answered 404 Not Found",
)
GONE = WELL._replace(url="https://c.example/rss", outlet="Gone", status="gone", failures=2)
QUIET = WELL._replace(
    url="https://d.example/rss",
    outlet="Quiet",
    changed_at=NOON - 9 * DAY,
    gaps=1,
    gap_at=NOON - 3 * DAY,
)


def test_a_list_says_how_each_feed_is_doing_and_what_is_wrong(desk: Desk) -> None:
    desk.put(WELL, SICK, GONE, QUIET)
    done = desk("list")
    assert (done.code, done.err) == (0, "")
    assert done.out.replace("─", "-").splitlines() == [
        "state    outlet  a day  answered  next    feed",
        "-------  ------  -----  --------  ------  ---------------------",
        "gone     Gone      7.2  1 h ago           https://c.example/rss",
        "silent   Quiet     7.2  1 h ago   in 2 h  https://d.example/rss",
        "failing  S\ufffdick     7.2  1 h ago   in 2 h  https://b.example/rss",
        "fine     Well      7.2  1 h ago   in 2 h  https://a.example/rss",
        "",
        "Gone: gone: its server says so for good, and it is asked no more",
        "Quiet: nothing new since 2024-05-23 12:00Z, where 7.2 a day are usual",
        "Quiet: entries may have come and gone unseen before 2024-05-29 12:00Z",
        "S\ufffdick: failed 3 times in a row: answered 404 Not Found (http_error)",
        "",
        "4 feeds: 1 gone, 1 silent, 1 failing, 1 fine",
    ]


def test_only_what_will_not_mend_itself_needs_a_person(desk: Desk) -> None:
    desk.put(WELL)
    done = desk("list", "--trouble", "--strict")
    assert (done.code, done.out) == (0, "none of 1 feeds is in trouble\n")
    desk.put(SICK._replace(failures=2))
    done = desk("list", "--trouble", "--strict", "--json")
    assert [row["feed"] for row in json.loads(done.out)] == [SICK.url]
    assert done.code == 0
    desk.put(SICK, GONE)
    done = desk("list", "--trouble", "--strict", "--json")
    assert [row["feed"] for row in json.loads(done.out)] == [GONE.url, SICK.url]
    assert done.code == 1


def test_a_feed_that_nobody_polls_is_overdue(desk: Desk) -> None:
    desk.put(WELL)
    done = desk("list", "--strict", now="2024-06-02T12:00:00Z")
    assert done.code == 1
    assert "Well: due since 2024-06-01 14:00Z: does `newsbeam run --feeds` still run?" in done.out


def test_a_list_for_programs_has_every_column_of_feed_health(desk: Desk) -> None:
    desk.put(WELL)
    [row] = json.loads(desk("list", "--json").out)
    with duckdb.connect(str(desk.store), read_only=True) as db:
        columns = [each[0] for each in db.execute("FROM feed_health").description or ()]
    assert list(row) == columns
    assert row["next_at"] == "2024-06-01T14:00:00+00:00"
    assert (row["state"], row["declared_in"]) == ("fine", "store")


def test_no_password_is_shown(desk: Desk) -> None:
    done = desk("add", "--no-check", "https://me:secret@a.example/rss")
    listed = desk("list"), desk("list", "--json"), desk("remove", "a.example/rsss")
    assert "secret" not in done.err + "".join(each.out + each.err for each in listed)
    assert "https://me:***@a.example/rss" in listed[0].out
    given = desk("export")
    assert "https://me:secret@a.example/rss" in given.out
    assert given.err == (
        "it holds names and passwords that are part of addresses: keep it to yourself\n"
    )


def test_listing_loads_neither_beam_nor_what_asks_the_network() -> None:
    code = (
        "import sys, pipeline.cli, pipeline.feed_list, pipeline.clock, pipeline.query\n"
        "sys.exit(bool({'apache_beam', 'httpcore2', 'live.fetch', 'pyarrow'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


# Checking


def test_a_check_explains_what_a_feed_answers_and_stores_nothing(
    desk: Desk, server: Server
) -> None:
    done = desk("check", server.url("/rss"))
    assert (done.code, done.err) == (0, "")
    assert re.sub(r"[\d.]+ s$", "0.1 s", done.out, flags=re.M).splitlines() == [
        server.url("/rss"),
        "  answered    200 OK, application/rss+xml: 1 request, 0.6 KB, 0.1 s",
        '  validators  ETag "e1": where nothing is new, a short answer will do',
        "  encoding    utf-8 (Content-Type), utf-8 (document)",
        "  feed        Harbour Post, of https://harbourpost.example/",
        "  entries     3: 1 with a summary, 1 with a title alone, 1 rejected; "
        "the pages behind them are fetched for the rest",
        "  dates       2024-05-31 10:00Z to 2024-06-01 10:00Z",
        "  trouble     1 × no_content: an entry with neither a title nor a text (entry 3)",
        "  asked       every 9.75 hours, ±10 %: about 1.85 new entries a day; "
        "a body holds only 3: it is asked for 4 times",
    ]
    assert list(desk.folder.iterdir()) == []


def test_a_check_explains_redirects_and_missing_validators(desk: Desk, server: Server) -> None:
    done = desk("check", server.url("/moved"), server.url("/elsewhere"), server.url("/plain"))
    assert done.err == "asking 3 feeds\n"
    moved, elsewhere, plain = done.out.split("\n\n")
    assert f"  redirects   301 to {server.url('/rss')}\n              for good: " in moved
    assert f"  redirects   302 to {server.url('/rss')}\n              for now: " in elsewhere
    assert "  validators  none: every poll loads the whole of it\n" in plain
    assert "  encoding    utf-8 (document)\n" in plain


def test_a_check_of_a_page_names_the_feeds_it_offers(desk: Desk, server: Server) -> None:
    done = desk("check", "--strict", server.url("/two"))
    assert done.code == 1
    assert done.out.splitlines()[2:] == [
        f"  trouble     a web page, which names this feed: {server.url('/rss')} (not_a_feed)",
        f"  offers      {server.url('/rss')} (Main)",
        f"              {server.url('/plain')} (S port)",
    ]


def test_every_subscribed_feed_is_checked_and_none_is_further_on(
    desk: Desk, server: Server
) -> None:
    desk("add", server.url("/rss"), "--outlet", "Post")
    held = desk.store.read_bytes()
    done = desk("check", "--strict")
    assert "  subscribed  since 2024-06-01 12:00Z, as Post\n" in done.out
    assert done.code == 1  # one entry is empty
    assert desk.store.read_bytes() == held


def test_requests_name_the_contact_and_keep_the_gap_between_them(
    desk: Desk, server: Server
) -> None:
    before = len(server.asked)
    desk("check", server.url("/site"), "--contact", "desk@example.org")
    asked = server.asked[before:]
    assert [each.headers["user-agent"].endswith("(+desk@example.org)") for each in asked] == [True]


# Import and export


def test_a_list_goes_in_and_comes_out_the_same(desk: Desk) -> None:
    (desk.folder / "in.opml").write_text(
        '<opml version="2.0"><body><outline text="Coast"><outline text="A/B">'
        '<outline text="Harbour" xmlUrl="https://a.example/rss?x=1&y=2"/></outline></outline>'
        '<outline text="bad" xmlUrl="/etc/passwd"/>'
        '<outline text="Harbour again" xmlUrl="https://a.example/rss?x=1&amp;y=2"/>'
        '<outline xmlUrl="https://b.example/"/><outline xmlUrl="http://10.0.0.5/"/></body></opml>'
    )
    done = desk("import", "in.opml")
    assert (done.code, done.out) == (0, "")
    assert done.err == (
        "in.opml lists 3 feeds: 3 added, 0 there already\n"
        "inside a private network: 1 feed, such as http://10.0.0.5/; remove what you do not know\n"
        "listed again in other folders, where the first counts: 1\n"
        "not taken: bad: '/etc/passwd' is no address: write https://HOST/PATH\n"
    )
    held = desk.feeds()
    assert held == [
        ("http://10.0.0.5/", None, None),
        ("https://a.example/rss?x=1&y=2", "Harbour", "Coast/A\\/B"),
        ("https://b.example/", None, None),
    ]
    assert desk("export", "out.opml").err == "out.opml holds 3 feeds\n"
    assert desk("export").out == (desk.folder / "out.opml").read_text()
    desk.store.unlink()
    assert desk("import", "out.opml").code == 0
    assert desk.feeds() == held


def test_a_feeds_file_is_the_whole_truth_about_what_it_declares(desk: Desk) -> None:
    desk("add", "--no-check", "https://mine.example/", "https://b.example/", "--folder", "x")
    desk("export", "feeds.toml")
    file = desk.folder / "feeds.toml"
    assert desk("import", "feeds.toml").err == (
        "feeds.toml declares 2 feeds: 0 added, 2 changed, 0 removed\n"
    )
    file.write_text(
        '[[feed]]\nurl = "https://b.example/"\noutlet = "B"\n[[feed]]\nurl = "https://c.example/"\n'
    )
    assert desk("import", "feeds.toml").err == (
        "feeds.toml declares 2 feeds: 1 added, 1 changed, 1 removed\n"
    )
    assert desk.feeds() == [("https://b.example/", "B", None), ("https://c.example/", None, None)]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (
            "feeds.toml",
            "[[feed]]\nurl = 'https://a.example/'\nfolders = 'x'\n",
            "{}: feed 1 (https://a.example/): folders is no key here; did you mean folder?\n"
            "Nothing was changed.\n",
        ),
        (
            "bomb.opml",
            '<!DOCTYPE o [<!ENTITY a "b">]><opml/>',
            "bomb.opml: it declares entities of its own, which no list of feeds needs\n"
            "Nothing was imported.\n",
        ),
    ],
)
def test_a_file_that_is_not_to_be_taken_changes_nothing(
    desk: Desk, name: str, text: str, said: str
) -> None:
    file = desk.folder / name
    file.write_text(text)
    done = desk("import", name)
    assert (done.code, done.err) == (2, "newsbeam: " + said.format(file))
    assert not desk.store.exists()


# Others at work


def test_a_store_from_before_there_were_feeds_is_upgraded_by_adding_one(desk: Desk) -> None:
    packed = (ROOT / "tests" / "sinks" / "news-v1.duckdb.gz").read_bytes()
    desk.store.write_bytes(gzip.decompress(packed))
    assert desk("list").out == "no feeds: subscribe with `newsbeam feeds add URL`\n"
    assert desk("remove", "a.example").code == 2
    assert "no feeds" in desk("check").err
    assert desk.store.read_bytes() == gzip.decompress(packed)
    assert desk("add", "--no-check", "a.example").code == 0
    assert desk.feeds() == [("https://a.example", None, None)]
    assert (desk.folder / "news.duckdb.v1.backup").exists()


def test_a_store_that_is_held_is_waited_for_and_nothing_is_lost(desk: Desk) -> None:
    desk("add", "--no-check", "https://a.example/")
    with duckdb.connect(str(desk.store)):
        done = desk("add", "--no-check", "https://b.example/", "--wait", "0.1")
        assert done.code == 3
        assert done.err.endswith("Nothing was added: give the same command again.\n")
        assert desk("list", "--wait", "0.1").code == 2
    assert len(desk.feeds()) == 1


def test_subscribing_does_not_disturb_a_run_and_waits_for_no_lock(desk: Desk) -> None:
    from sinks.locks import run_lock

    desk("add", "--no-check", "https://a.example/")
    with run_lock(desk.store):
        assert desk("add", "--no-check", "https://b.example/").code == 0
    assert len(Writer(desk.store, MATCHER).feeds()) == 2


def test_a_clock_that_is_none_is_bad_usage(desk: Desk) -> None:
    done = desk("list", now="yesterday")
    assert done.code == 2
    assert done.err.startswith("newsbeam: NEWSBEAM_NOW is 'yesterday'")
