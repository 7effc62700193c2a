"""`newsbeam load`: out of folders and URLs, what waits and what arrives, once and in any order."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.options.pipeline_options import S3Options
from apache_beam.transforms.window import FixedWindows, TimestampedValue

from pipeline import load as loading
from pipeline.begun import Progress, waiting_in
from pipeline.stopping import Stop
from sinks import remote
from sinks.locks import run_lock
from sinks.manifest import MANIFEST, SpoolError, waiting, write_manifest
from sinks.spool import WriteWindows
from tests.commands import Commands, Running, until
from tests.objects import Objects, url
from tests.pipeline.test_trouble import held
from tests.support import Store, article, differences, rows, words
from transforms.duplicates import candidates_among
from transforms.versions import versions

ARTICLES = [
    article("a", words(0, 60)),
    article("b", words(0, 60) + " more"),  # nearly the first
    article("c", words(500, 60)),
    article("d", words(1, 60)),  # nearly the first two
]


def facts(store: Store) -> dict[str, list]:
    """Its rows, but for what a command writes that prepares a store."""
    return rows(store.path, without=("meta", "topics"))


def spool(place: Path | str, name: str = "test", first: int = 0, last: int = 4) -> None:
    """The articles, two a window, as batches in a folder or behind a URL."""
    with beam.Pipeline("FnApiRunner") as pipeline:
        articles = (
            pipeline
            | beam.Create(list(enumerate(ARTICLES))[first:last])
            | beam.MapTuple(lambda number, row: TimestampedValue(row, 5 * number))
            | beam.WindowInto(FixedWindows(10))
        )
        write = WriteWindows(str(place), name, versions(), candidates=candidates_among)
        {"articles": articles} | write


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.fixture
def there(tmp_path: Path) -> Path:
    return tmp_path / "there"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


@pytest.fixture
def whole(tmp_path: Path) -> dict[str, list]:
    store = Store(tmp_path / "whole")
    store.add(*ARTICLES)
    return facts(store)


OBJECTS: dict[str, Any] = {"imports": ["tests.objects"]}


def load(newsbeam: Commands, place: Path | str, store: Store, **how: Any) -> Any:
    return newsbeam("load", place, "--store", store.path, **OBJECTS, **how)


def test_a_spool_behind_a_url_is_loaded_and_cleared(
    there: Path, store: Store, whole: dict[str, list], newsbeam: Commands
) -> None:
    spool(url(there))
    assert len(files(there)) == 5  # two shards, two manifests, the candidates of one
    done = load(newsbeam, url(there), store)
    assert done.code == 0, done.err
    assert "read 4 = 4 new" in done.out
    assert differences(whole, facts(store)) == {}
    assert files(there) == []
    assert not store.path.with_name("news.duckdb.spool").exists()


@pytest.mark.parametrize(
    ("when", "what", "call"),
    [
        ("after", "sinks.remote.create", 1),  # a shard is being copied
        ("after", "sinks.remote.write_manifest", 1),  # the batch is in both spools
        ("within", "sinks.commit.transaction", 1),
        ("before", "sinks.remote.remove", 1),  # stored, and still there
        ("after", "sinks.remote.FileSystems.delete", 1),  # its manifest removed, its shards not
    ],
)
def test_a_load_that_is_killed_is_done_by_the_next(
    there: Path,
    store: Store,
    whole: dict[str, list],
    newsbeam: Commands,
    when: str,
    what: str,
    call: int,
) -> None:
    spool(url(there))
    assert load(newsbeam, url(there), store, kill=(when, what, call)).code == -signal.SIGKILL
    done = load(newsbeam, url(there), store)
    assert done.code == 0, done.err
    assert differences(whole, facts(store)) == {}
    assert store.ask("SELECT count(*), sum(read) FROM batches") == [(2, 4)]
    assert list(there.rglob(MANIFEST)) == []
    assert not store.path.with_name("news.duckdb.spool").exists()


def test_a_batch_of_other_versions_behind_a_url_is_worked_out_anew(
    there: Path, store: Store, newsbeam: Commands
) -> None:
    spool(url(there))
    for path in there.rglob(MANIFEST):
        fields = json.loads(path.read_text())
        fields["versions"]["language"] = "0"
        path.write_text(json.dumps(fields))
    done = load(newsbeam, url(there), store)
    assert done.code == 0, done.err
    assert done.err.count("was made by another version: worked out anew") == 2
    assert store.ask("SELECT count(*) FROM articles") == [(4,)]
    assert len(store.ask("SELECT * FROM duplicate_pairs")) == 3
    assert files(there) == []


def test_a_damaged_batch_behind_a_url_stays_and_the_others_are_stored(
    there: Path, store: Store, newsbeam: Commands
) -> None:
    spool(url(there))
    first, second = sorted(there.rglob(MANIFEST))
    first.write_text("{{{")
    done = load(newsbeam, url(there), store)
    assert done.code == 3
    assert f"{url(first)}: not a manifest" in done.err
    assert "Traceback" not in done.err
    assert first.exists()
    assert not second.exists()
    assert store.ask("SELECT count(*) FROM articles") == [(2,)]


class Refused(Exception):
    """As libraries of object stores raise them: no OSError."""


@pytest.fixture
def refuse(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Has the object store refuse what is asked of it, where a path has a word in it."""

    def refuse(method: str, word: str) -> None:
        real = getattr(Objects, method)

        def refusing(self: Objects, asked: Any, *args: Any, **more: Any) -> Any:
            if any(word in path for path in ([asked] if isinstance(asked, str) else asked)):
                raise Refused(f"403: {method}")
            return real(self, asked, *args, **more)

        monkeypatch.setattr(Objects, method, refusing)

    return refuse


@pytest.mark.parametrize("method", ["open", "delete", "exists", "match"])
def test_whatever_a_file_system_raises_is_an_oserror(
    there: Path, tmp_path: Path, refuse: Callable[[str, str], None], method: str
) -> None:
    spool(url(there), last=2)
    [batch] = remote.waiting(url(there))
    manifest = remote.manifest_of(batch)
    refuse(method, "there")
    calls: dict[str, list[Callable[[], Any]]] = {
        "open": [
            lambda: remote.read(f"{batch}/{MANIFEST}"),
            lambda: remote.manifest_of(batch),
            lambda: remote.bring(manifest, tmp_path / "here" / manifest.batch_id),
        ],
        "delete": [lambda: remote.remove(manifest)],
        "exists": [lambda: remote.exists(batch)],
        "match": [lambda: remote.waiting(url(there)), lambda: remote.there(manifest)],
    }
    for call in calls[method]:
        with pytest.raises(OSError, match=f"403: {method}"):
            call()


def looks(monkeypatch: pytest.MonkeyPatch, stop: Stop, count: int) -> None:
    """Have `follow` look at its spool so many times, and then stop."""
    left = [count]

    def look(place: Path | str) -> Any:
        left[0] -= 1
        if not left[0]:
            stop.set()
        return waiting_in(place)

    monkeypatch.setattr(loading, "waiting_in", look)


def test_a_batch_that_may_be_read_and_not_removed_is_stored_said_and_left(
    there: Path,
    store: Store,
    whole: dict[str, list],
    refuse: Callable[[str, str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spool(url(there))
    first, second = remote.waiting(url(there))
    refuse("delete", first)
    stop = Stop()
    looks(monkeypatch, stop, 4)
    said: list[str] = []
    told: list[Any] = []
    progress = Progress(said.append, lambda _: None)
    loading.follow(url(there), store.path, progress, told.append, stop, every=0, wait=0)
    assert [values["new"] for values in told] == [2, 2]
    assert said == [f"{first} is stored, and cannot be removed: Refused: 403: delete"]
    assert remote.waiting(url(there)) == [first]
    assert differences(whole, facts(store)) == {}
    account = loading.load(url(there), store.path, progress, wait=0)
    assert (account["status"], account["read"]) == ("done", 0)
    assert said[-1] == said[0]


def test_a_batch_that_cannot_be_read_keeps_none_behind_it(
    there: Path,
    store: Store,
    refuse: Callable[[str, str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spool(url(there))
    first, second = remote.waiting(url(there))
    refuse("open", f"{first.rpartition('/')[2].rpartition('-')[0].rpartition('-')[0]}/")
    stop = Stop()
    looks(monkeypatch, stop, 4)
    said: list[str] = []
    told: list[Any] = []
    progress = Progress(said.append, lambda _: None)
    loading.follow(url(there), store.path, progress, told.append, stop, every=0, wait=0)
    assert [values["new"] for values in told] == [2]
    assert said == [f"{first}: Refused: 403: open; tried again in 1 s"]
    assert store.ask("SELECT status, count(*) FROM runs GROUP BY 1 ORDER BY 1") == [
        ("done", 1),
        ("failed", 1),
    ]
    assert remote.waiting(url(there)) == [first]


def test_each_pause_is_twice_the_one_before() -> None:
    pause = None
    seconds = []
    for _ in range(12):
        pause = loading._paused(pause, 5)
        seconds.append(pause.seconds)
    assert seconds[:4] == [5, 10, 20, 40]
    assert seconds[-1] == 900


def test_a_batch_that_could_not_be_read_is_stored_when_its_pause_is_over(
    there: Path, store: Store, whole: dict[str, list], monkeypatch: pytest.MonkeyPatch
) -> None:
    spool(url(there))
    calls = []
    real = remote.bring

    def once_refused(*given: Any) -> Path:
        calls.append(given)
        if len(calls) == 1:
            raise OSError("the network is down")
        return real(*given)

    monkeypatch.setattr(remote, "bring", once_refused)
    monkeypatch.setattr(loading, "_paused", lambda *_: loading._Pause(0, 0))
    stop = Stop()
    looks(monkeypatch, stop, 3)
    told: list[Any] = []
    progress = Progress(lambda _: None, lambda _: None)
    loading.follow(url(there), store.path, progress, told.append, stop, every=0, wait=0)
    assert [values["new"] for values in told] == [2, 2]
    assert differences(whole, facts(store)) == {}
    assert files(there) == []


def test_load_stores_what_it_can_reach_and_says_what_it_cannot(
    there: Path, store: Store, refuse: Callable[[str, str], None]
) -> None:
    spool(url(there))
    first, second = remote.waiting(url(there))
    refuse("open", first)
    progress = Progress(lambda _: None, lambda _: None)
    with pytest.raises(SpoolError, match=f"{first}: Refused: 403: open"):  # exit code 3
        loading.load(url(there), store.path, progress, wait=0)
    assert remote.waiting(url(there)) == [first]
    assert store.ask("SELECT count(*) FROM articles") == [(2,)]


def test_shards_that_went_with_another_batch_behind_a_url_are_not_missed(
    there: Path, store: Store
) -> None:
    spool(url(there), last=1)
    [first] = remote.waiting(url(there))
    old = remote.manifest_of(first)
    progress = Progress(lambda _: None, lambda _: None)
    loading.load(url(there), store.path, progress, wait=0)
    spool(url(there), first=1, last=2)
    [second] = remote.waiting(url(there))
    new = remote.manifest_of(second)
    write_manifest(
        new._replace(shards={"articles": old.shards["articles"] | new.shards["articles"]})
    )
    account = loading.load(url(there), store.path, progress, wait=0)
    assert (account["status"], account["new"]) == ("done", 1)
    assert files(there) == []


@pytest.mark.parametrize("name", ["..", ".", ""])
def test_no_id_behind_a_url_leads_out_of_the_spool_of_the_store(
    there: Path, store: Store, name: str
) -> None:
    spool(url(there), last=2)
    [path] = there.rglob(MANIFEST)
    path.write_text(path.read_text().replace(path.parent.name, name))
    beside = store.path.with_name("beside")
    beside.touch()
    progress = Progress(lambda _: None, lambda _: None)
    with pytest.raises(SpoolError, match="names that lead elsewhere"):
        loading.load(url(there), store.path, progress, wait=0)
    assert beside.exists()
    assert path.exists()
    assert store.ask("SELECT count(*) FROM batches") == [(0,)]


def test_options_of_a_file_system_reach_it(there: Path) -> None:
    remote.check(url(there), ["--s3_region_name=eu-west-1"])
    assert remote.waiting(url(there)) == []
    assert Objects.options[-1].view_as(S3Options).s3_region_name == "eu-west-1"
    remote.check(url(there))


def test_a_url_without_a_file_system_is_told(store: Store, newsbeam: Commands) -> None:
    done = load(newsbeam, "nowhere://bucket/spool", store)
    assert done.code == 2
    assert "there is no file system for nowhere://; installed are " in done.err
    assert "objects" in done.err


def test_a_file_system_that_wants_options_says_so(store: Store, newsbeam: Commands) -> None:
    done = load(newsbeam, "hdfs://spool", store)
    assert done.code == 2
    assert "hdfs://spool: " in done.err
    assert "Traceback" not in done.err


def test_a_folder_that_is_not_there_is_told(store: Store, newsbeam: Commands) -> None:
    done = load(newsbeam, "/no/such/folder", store)
    assert done.code == 2
    assert "/no/such/folder is no folder" in done.err


def follow(newsbeam: Commands, place: Path | str, store: Store, **how: Any) -> Running:
    options = ("--store", store.path, "--every", 0.05, "--wait", 0.1)
    return newsbeam.start("load", "--follow", place, *options, **OBJECTS, **how)


def until_stored(running: Running, batches: int) -> None:
    until(lambda: len(running.said("out").splitlines()) >= batches or running.poll())


def ended(running: Running) -> tuple[list[str], list[str]]:
    """Stop it; the lines it printed to standard output and to standard error."""
    os.kill(running.pid, signal.SIGTERM)
    done = running.wait()
    assert done.code == 0, done.err
    assert "Traceback" not in done.err
    return done.out.splitlines(), done.err.splitlines()


@pytest.mark.parametrize("remote", [False, True])
def test_what_arrives_is_stored_until_stopped(
    there: Path, store: Store, whole: dict[str, list], newsbeam: Commands, remote: bool
) -> None:
    place = url(there) if remote else there
    running = follow(newsbeam, place, store)  # before there is anything
    spool(place, first=2)
    until_stored(running, 1)
    spool(place, last=2)
    until_stored(running, 2)
    lines, errors = ended(running)
    assert ["Z stored a batch. Read 2 = 2 new + 0 revised" in line for line in lines] == [True] * 2
    assert errors == ["stopping once the batch in hand is stored"]
    assert differences(whole, facts(store)) == {}
    assert files(there) == []
    assert store.ask("SELECT status, batches FROM runs") == [("done", 1)] * 2


@pytest.mark.parametrize("remote", [False, True])
def test_killed_again_and_again_it_stores_each_batch_once(
    there: Path, store: Store, whole: dict[str, list], newsbeam: Commands, remote: bool
) -> None:
    place = url(there) if remote else there
    spool(place)
    for step in (
        ("within", "sinks.commit.transaction", 1),  # all but committed
        ("after", "sinks.writer.commit", 1),  # committed, the batch still there
        ("before", "sinks.writer.finish_run", 1),  # and removed
    ):
        assert follow(newsbeam, place, store, kill=step).wait().code == -signal.SIGKILL
    running = follow(newsbeam, place, store)
    until(lambda: not list(there.rglob(MANIFEST)) or running.poll())
    ended(running)
    assert differences(whole, facts(store)) == {}
    assert store.ask("SELECT count(*), sum(read) FROM batches") == [(2, 4)]


def test_it_finishes_the_batch_in_hand_and_leaves_the_rest(
    there: Path, store: Store, newsbeam: Commands
) -> None:
    spool(there)
    running = follow(newsbeam, there, store, hold="sinks.writer.commit")
    file = store.path.parent / "held"
    until(lambda: file.exists() or running.poll())
    os.kill(running.pid, signal.SIGTERM)
    until(lambda: "stopping once the batch in hand is stored" in running.said("err"))
    file.unlink()
    done = running.wait()
    assert done.code == 0, done.err
    assert len(done.out.splitlines()) == 1
    assert len(list(there.rglob(MANIFEST))) == 1
    assert store.ask("SELECT sum(read) FROM batches") == [(2,)]


def test_a_damaged_batch_is_said_once_and_stored_when_it_was_mended(
    there: Path, store: Store, whole: dict[str, list], newsbeam: Commands
) -> None:
    spool(there, last=2)
    [path] = there.rglob(MANIFEST)
    good = path.read_text()
    path.write_text("{{{")
    running = follow(newsbeam, there, store)
    until(lambda: "not a manifest" in running.said("err") or running.poll())
    spool(there, first=2)
    until_stored(running, 1)
    path.write_text(good)
    until_stored(running, 2)
    _, errors = ended(running)
    assert ["not a manifest" in line for line in errors] == [True, False]
    assert differences(whole, facts(store)) == {}
    assert store.ask("SELECT status, count(*) FROM runs GROUP BY 1 ORDER BY 1") == [
        ("done", 2),
        ("failed", 1),
    ]


def test_a_batch_that_cannot_be_removed_is_said_once_and_left(
    there: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool(there, last=2)
    stop = Stop()
    looks: list[Any] = []

    def look(place: Path) -> Any:
        looks.append(waiting(place))
        if len(looks) == 3:
            stop.set()
        return looks[-1]

    monkeypatch.setattr(loading, "waiting_in", look)
    monkeypatch.setattr("sinks.manifest.remove", lambda _: None)
    said: list[str] = []
    told: list[Any] = []
    progress = Progress(said.append, lambda _: None)
    loading.follow(there, store.path, progress, told.append, stop, every=0, wait=0)
    assert [len(found) for found in looks] == [1, 1, 1]
    assert [values["new"] for values in told] == [2]
    assert said == [f"{looks[0][0]} is stored, and cannot be removed"]


def test_a_store_that_is_held_open_is_said_and_waited_for(
    there: Path, store: Store, whole: dict[str, list], newsbeam: Commands
) -> None:
    spool(there)
    with held(store.path):
        running = follow(newsbeam, there, store)
        until(lambda: "is locked by" in running.said("err") or running.poll())
    until_stored(running, 2)
    ended(running)
    assert differences(whole, facts(store)) == {}


def test_another_run_has_its_turn(
    there: Path, store: Store, whole: dict[str, list], newsbeam: Commands
) -> None:
    spool(there)
    with contextlib.ExitStack() as stack:
        stack.enter_context(run_lock(store.path))
        running = follow(newsbeam, there, store)
        until(lambda: "waiting for it" in running.said("err") or running.poll())
    until_stored(running, 2)
    lines, errors = ended(running)
    assert len(lines) == 2
    assert errors[0].startswith(f"another run (process {os.getpid()}) is at work on {store.path}")
    assert len(errors) == 2  # said once, however often it was tried
    assert differences(whole, facts(store)) == {}


def test_accounts_are_lines_of_json(there: Path, store: Store, newsbeam: Commands) -> None:
    spool(there)
    options = ("--store", store.path, "--every", 0.05, "--json")
    running = newsbeam.start("load", "--follow", there, *options)
    until_stored(running, 2)
    lines, _ = ended(running)
    assert [json.loads(line)["new"] for line in lines] == [2, 2]


def test_the_spool_of_the_store_itself_is_not_followed(store: Store, newsbeam: Commands) -> None:
    own = store.path.with_name("news.duckdb.spool")
    own.mkdir()
    (store.path.parent / "sub").mkdir()
    link = store.path.with_name("link")
    link.symlink_to(own)
    roundabout = store.path.parent / "sub" / ".." / own.name
    for named in (own, link, roundabout):
        done = newsbeam("load", "--follow", named, "--store", store.path)
        assert done.code == 2
        assert f"{named} is the store's own" in done.err


def test_batches_copied_by_others_arrive_by_their_manifests(
    there: Path, store: Store, whole: dict[str, list], newsbeam: Commands, tmp_path: Path
) -> None:
    """Shards before manifests is all that a copying program has to heed."""
    spool(tmp_path / "made")
    running = follow(newsbeam, there, store)
    shards = sorted(tmp_path.glob("made/**/*.parquet"))
    for path in [*shards, *sorted(tmp_path.glob(f"made/*/{MANIFEST}"))]:
        target = there / path.relative_to(tmp_path / "made")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target.with_suffix(".part"))
        target.with_suffix(".part").rename(target)
    until_stored(running, 2)
    ended(running)
    assert differences(whole, facts(store)) == {}
