"""What of a text is shown to the detectors."""

import pytest

from transforms.prose import excerpt, prose

PLAIN = "The council's budget rose by 3.5 % in 2025, to $12 million - a record! " * 6


def test_a_long_text_without_a_mark_is_prose_as_it_is() -> None:
    assert prose(f"{PLAIN}\n\t{PLAIN}") == f"{PLAIN}\n\t{PLAIN}"


@pytest.mark.parametrize(
    ("mark", "left"),
    [
        ("<b>", " "),
        ("&amp;", " "),
        ("http://example.com/a", " "),
        ("www.example.com", " "),
        ("name@example.com", " "),
        ("#tag", " "),
        ("a_name", " "),
        ("a|b", " "),
        ("C:\\folder", " "),
        ("\x07", " "),
        ("😀", " "),
        ("\ud800", " "),
        ("(or so; more: below)", "(or so; more: below)"),
    ],
)
def test_what_says_nothing_about_the_language_is_taken_out_wherever_it_stands(
    mark: str, left: str
) -> None:
    for before in ("", PLAIN):
        text = f"{before} word {mark} word {PLAIN}"
        assert prose(text) == f"{before} word {left} word {PLAIN}"


@pytest.mark.parametrize("code", ["x = {y: 1};", 'print("x")', "call(); other();"])
def test_lines_of_code_are_taken_out_of_a_long_text(code: str) -> None:
    assert prose(f"{PLAIN}\n{code}\n{PLAIN}") == f"{PLAIN}\n{PLAIN}"


def test_an_excerpt_is_of_eight_places_and_a_short_text_is_whole() -> None:
    assert excerpt("short", 100) == "short"
    text = "".join(f"{number:04d}" for number in range(1000))
    assert excerpt(text, 32).split("\n") == [text[at - 2 : at + 2] for at in range(250, 4000, 500)]
