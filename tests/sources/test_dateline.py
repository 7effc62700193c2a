from __future__ import annotations

import pytest

from sources.dateline import published, read_dateline, read_source_line
from sources.dates import Stated

DATELINES = {
    "BRUSSELS, August 14. /TASS/. The EU": ("Brussels", "TASS"),
    "MINSK (Reuters) - The EU": ("Minsk", "Reuters"),
    "PARIS, Aug 3 (AFP) — The EU": ("Paris", "AFP"),
    "(AP) — The EU": (None, "AP"),
    "LONDON — The EU": ("London", None),
    "KYIV, 14 August (Ukrinform) – The EU": ("Kyiv", "Ukrinform"),
    "МОСКВА, 14 августа. /ТАСС/. ЕС": ("Москва", "ТАСС"),
    "RIO DE JANEIRO (Reuters) - The EU": ("Rio de Janeiro", "Reuters"),
    "SALVADOR, Feb 26 - The EU": ("Salvador", None),
    "BREAKING — The EU": (None, None),
    "NATO - an alliance": (None, None),
    "The president (AP) - he": (None, None),
    "A report from London - the EU": (None, None),
    "The EU": (None, None),
}


@pytest.mark.parametrize("text", DATELINES)
def test_a_dateline_is_believed_only_where_it_is_certain(text: str) -> None:
    found = read_dateline(text)
    assert (found.place, found.agency) == DATELINES[text]


def test_a_day_counts_only_with_its_year() -> None:
    assert read_dateline("PARIS, Aug 3 (AFP) — x").stated is None
    stated = read_dateline("PARIS, Aug 3, 2020 (AFP) — x").stated
    assert stated is not None
    assert stated == (1_596_412_800_000_000, "day")


def test_a_date_is_the_records_own_else_the_datelines_else_none() -> None:
    own = Stated(1_596_499_200_000_000, "second")
    dateline = read_dateline("PARIS, Aug 3, 2020 (AFP) — x")
    assert published(own, "feed", dateline) == (1_596_499_200_000_000, "second", "feed")
    assert published(None, "feed", dateline) == (1_596_412_800_000_000, "day", "text")
    assert published(None, "feed", read_dateline("x")) == (None, None, "none")


def test_a_source_line_names_outlet_and_agency() -> None:
    assert read_source_line("x\nSource: TRTWorld and agencies") == ("TRTWorld", None)
    assert read_source_line("x\nSource: Reuters") == (None, "Reuters")
    assert read_source_line("x\nSource: AFP, BBC News\n") == ("BBC News", "AFP")
    assert read_source_line("The source: he") == (None, None)
