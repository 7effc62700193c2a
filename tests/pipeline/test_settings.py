"""newsbeam.toml: what every command shares, what is one command's, and what is a mistake."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import pytest

from pipeline.cli import main
from pipeline.settings import defaults

assert isinstance(main, click.Group)


def read(folder: Path, text: str) -> dict[str, Any]:
    (folder / "newsbeam.toml").write_text(text)
    assert isinstance(main, click.Group)
    return defaults(main, folder)


def test_what_is_shared_reaches_every_command_that_has_it(tmp_path: Path) -> None:
    found = read(tmp_path, 'store = "a.duckdb"\ncontact = "me"\nallow-private = "x, 10.0.0.0/8"\n')
    assert found["feeds"]["add"] == {
        "store": "a.duckdb",
        "contact": "me",
        "allow_private": ["x, 10.0.0.0/8"],
    }
    assert found["feeds"]["list"] == {"store": "a.duckdb"}
    assert found["query"] == {"store": "a.duckdb"}


def test_what_stands_further_in_goes_before_what_stands_further_out(tmp_path: Path) -> None:
    text = (
        'contact = "all"\n[feeds]\ncontact = "feeds"\n'
        '[feeds.check]\ncontact = "check"\nstrict = true\n'
    )
    feeds = read(tmp_path, text)["feeds"]
    assert feeds["add"] == {"contact": "feeds"}
    assert feeds["check"] == {"contact": "check", "strict": True}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("contacts = 'x'", "contacts is no setting; did you mean contact?"),
        ("[feeds]\nlists = 1", "[feeds] lists is no setting; did you mean list?"),
        (
            "[feeds.list]\ntroubles = true",
            "[feeds.list] troubles is no setting; did you mean trouble?",
        ),
        ("[query]\ncontact = 'x'", "[query] contact is no setting; did you mean output?"),
        ("[feeds]\nadd = 1", "[feeds] add is a command: write [feeds.add]"),
        ("feeds = 1", "feeds is a command: write [feeds]"),
    ],
)
def test_a_mistake_names_its_table_and_the_nearest_right_key(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(click.UsageError) as error:
        read(tmp_path, text)
    assert error.value.message == f"{tmp_path / 'newsbeam.toml'}: {said}"
