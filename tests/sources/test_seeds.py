from __future__ import annotations

from pathlib import Path

from source_helpers import articles, read, reasons

LONG = "The foreign ministers said on Friday that the elections were neither free nor fair.\n"


def seed(folder: Path, text: str | bytes) -> Path:
    path = folder / "seed.txt"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_date_prefix_is_taken_off_and_a_dateline_stays(tmp_path: Path) -> None:
    text = "BRUSSELS, August 14. /TASS/. " + LONG.strip()
    (article,) = articles(read(seed(tmp_path, " date 2020-08-14 " + text)))
    assert article.text == text
    assert (article.agency, article.place, article.title) == ("TASS", "Brussels", None)
    assert (article.published_at, article.published_precision) == (1_597_363_200_000_000, "day")
    assert article.published_from == "text"
    assert article.seen_at == (tmp_path / "seed.txt").stat().st_mtime_ns // 1000


def test_a_date_that_is_none_is_a_note(tmp_path: Path) -> None:
    rows = read(seed(tmp_path, " date 9999-99-99 " + LONG))
    assert reasons(rows) == ["bad_date*", "article"]
    assert articles(rows)[0].published_from == "none"


def test_a_short_first_line_that_stands_alone_is_the_title(tmp_path: Path) -> None:
    (article,) = articles(read(seed(tmp_path, "EU rejects results\n\n" + LONG)))
    assert (article.title, article.text) == ("EU rejects results", LONG.strip())


def test_a_first_sentence_is_no_title(tmp_path: Path) -> None:
    (article,) = articles(read(seed(tmp_path, "The EU rejects results.\n\n" + LONG)))
    assert article.title is None


def test_a_title_without_a_text_is_an_article(tmp_path: Path) -> None:
    (article,) = articles(read(seed(tmp_path, "EU rejects results\n")))
    assert (article.title, article.text) == ("EU rejects results", None)


def test_a_source_line_names_the_outlet_and_stays(tmp_path: Path) -> None:
    (article,) = articles(read(seed(tmp_path, LONG + "\nSource: TRTWorld and agencies")))
    assert (article.outlet, article.agency) == ("TRTWorld", None)
    assert article.text is not None
    assert article.text.endswith("agencies")


def test_other_encodings_are_read_with_a_note(tmp_path: Path) -> None:
    text = "Европейский союз предложит Минску свою помощь в диалоге с оппозицией. " * 3
    rows = read(seed(tmp_path, text.encode("cp1251")))
    assert reasons(rows) == ["encoding_guessed*", "article"]
    assert articles(rows)[0].text == text.strip()
    assert articles(read(seed(tmp_path, text.encode("utf-16"))))[0].text == text.strip()


def test_an_empty_file_is_one_reject(tmp_path: Path) -> None:
    assert reasons(read(seed(tmp_path, " \n"))) == ["empty"]
