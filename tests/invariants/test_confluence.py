"""I1: the same documents in any order and any batches give the same store.

NEWSBEAM_TEST_ORDERS sets how many orders are tried.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

import transforms.duplicates
from pipeline.facts import MATCHER
from records import Reject
from sinks import current
from tests.invariants.corpus import LIMIT, corpus
from tests.support import Store, differences, not_unique, rows

ORDERS = int(os.environ.get("NEWSBEAM_TEST_ORDERS", "20"))
MATCH = MATCHER._replace(template_texts=LIMIT)


@pytest.fixture(scope="module", autouse=True)
def _limit() -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transforms.duplicates, "TEMPLATE_TEXTS", LIMIT)
        yield


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list]:
    """The store that everything makes in one batch, in the order of the corpus."""
    store = Store(tmp_path_factory.mktemp("whole"), MATCH)
    articles, rejects = corpus()
    store.add(*articles, rejects=rejects)
    return rows(store.path)


def test_the_corpus_has_everything_that_order_could_touch(whole: dict[str, list]) -> None:
    articles, _ = corpus()
    assert 2900 < len(articles) < 3300
    kinds = {row[2] for row in whole["duplicate_pairs"]}
    assert kinds == {"exact", "near", "excerpt"}
    assert len(whole["past"]) > 250
    assert len(whole["url_aliases"]) > 30
    holders: dict[int, int] = {}
    for key, _ in whole["keys"]:
        holders[key] = holders.get(key, 0) + 1
    assert max(holders.values()) > LIMIT + 20


class _Interrupted(Exception):
    pass


def _interrupted(*_: object) -> None:
    raise _Interrupted


@pytest.mark.parametrize("order", range(ORDERS))
def test_any_order_and_any_batches_make_the_same_store(
    order: int, whole: dict[str, list], tmp_path: Path
) -> None:
    rng = random.Random(order)
    articles, rejects = corpus()
    items = [*articles, *rejects]
    if order == 0:
        items.reverse()
    elif order == 1:
        items.sort(key=lambda item: item.seen_at)
    elif order == 2:
        items.sort(key=lambda item: -item.seen_at)
    else:
        rng.shuffle(items)
    cuts = sorted(rng.sample(range(1, len(items)), rng.randrange(1, 6)))
    store = Store(tmp_path, MATCH)
    stored: set[int] = set()
    counted = 0
    for start, stop in zip([0, *cuts], [*cuts, len(items)], strict=True):
        batch = items[start:stop]
        found = [item for item in batch if not isinstance(item, Reject)]
        # What the store holds is sighted, as the readers do; or worked out again, as after a kill.
        known = [each for each in found if each.document_id in stored and rng.random() < 0.8]
        sighted = set(map(id, known))
        manifest = store.spool(
            *(each for each in found if id(each) not in sighted),
            known=[each._replace(detection=None, fingerprint=None) for each in known],
            rejects=[item for item in batch if isinstance(item, Reject)],
        )
        if rng.random() < 0.3:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(current, "store", _interrupted)
                with pytest.raises(_Interrupted):
                    store.commit(manifest)
        counts = store.commit(manifest)
        assert counts is not None
        assert counts.read == counts.new + counts.revised + counts.unchanged + counts.rejected
        counted += counts.new
        assert store.commit(manifest) is None
        stored.update(each.document_id for each in found)
    assert differences(whole, rows(store.path)) == {}
    assert not_unique(store.path) == []
    assert counted == len(whole["articles"])
