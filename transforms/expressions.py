"""What a rule of one's own may look for, as it is written: terms, proximity, regular expressions.

    port strike                      a word, or several in a row
    strik*   *hafen   dock* strike*  any ending of a word; any beginning of the first one
    harbour | port                   either
    strike* near/8 port | harbour    both, at most so many words apart, in either order
    minister before/5 resign*        the same, in this order
    /\\$\\d+ (billion|trillion)/       a regular expression of RE2, which takes linear time

Words are compared folded (transforms/folding.py): without regard to case, to how accents are
encoded and to signs. `match` = "case" asks for the case as written besides; "stem" lets every
word have any ending. Here expressions are only read; transforms/ownplan.py looks for them.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

import re2

from transforms.folding import fold_term
from transforms.scripts import UNSPACED

MATCHES = ("word", "case", "stem")
LONGEST_TERM = 200  # characters; a longer one is a text
LONGEST_REGEX = 1_000
FARTHEST = 100  # words between the sides of a proximity
# Steps of a compiled regular expression: what a text may cost, for each of its characters.
MOST_STEPS = 5_000

_OPERATOR = re.compile(r"(?:^|\s)(near|before)/(\S*)(?:\s|$)", re.IGNORECASE)
_NEARLY = re.compile(r"(?:^|\s)(?:near|before|within|w|adj|pre)\s*/\s*\d+(?:\s|$)", re.IGNORECASE)
# What may stand before and after a whole word, for RE2, whose own \b knows ASCII letters only.
_APART = (
    r"[^\p{L}\p{M}\p{N}_]|\p{Han}|\p{Hiragana}|\p{Katakana}|\p{Thai}|\p{Lao}|\p{Khmer}|\p{Myanmar}"
)


class ExpressionError(ValueError):
    """Something that cannot be looked for: says why and what to write instead."""


class Phrase(NamedTuple):
    """Words in a row. Between two pieces the word before may have any ending."""

    pieces: tuple[str, ...]  # folded
    open_start: bool  # any beginning of the first word
    open_end: bool  # any ending of the last word
    cased: str | None = None  # its letters and digits as written, where case counts


class Expression(NamedTuple):
    """One thing to look for. `left` alone; or `left` and `right` within `distance` words."""

    written: str
    left: tuple[Phrase, ...] = ()  # either of these
    right: tuple[Phrase, ...] = ()
    distance: int = 0  # from the last word of one to the first of the other; neighbours have 1
    ordered: bool = False  # left before right
    regex: str = ""  # for RE2; what group 1 matches counts


def read_expression(written: str, match: str) -> Expression:
    """Reads one expression. ExpressionError says what is wrong with it."""
    text = " ".join(written.split())
    if not text:
        raise ExpressionError("an empty term; remove it")
    for sign in written:
        if unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\t\n":
            raise ExpressionError(f"control character U+{ord(sign):04X} in a term; remove it")
    if written.startswith("/") and written.endswith("/") and len(written) > 1:
        return Expression(written, regex=_regex(written[1:-1], match))
    if len(text) > LONGEST_TERM * 10:
        raise ExpressionError(f"{_short(text)}: too long; a term has {LONGEST_TERM} characters")
    operators = list(_OPERATOR.finditer(text))
    if len(operators) > 1:
        raise ExpressionError(f"{_short(text)}: one near/ or before/ only; put the other in `all`")
    if not operators:
        if _NEARLY.search(text):
            raise ExpressionError(f"{_short(text)}: write the distance as in: dock near/10 strike")
        return Expression(text, _alternatives(text, match))
    operator = operators[0]
    if not re.fullmatch(r"\d{1,4}", operator[2]) or not 1 <= int(operator[2]) <= FARTHEST:
        raise ExpressionError(f"{_short(text)}: a distance is a number from 1 to {FARTHEST}")
    left, right = text[: operator.start()], text[operator.end() :]
    if not left.strip() or not right.strip():
        raise ExpressionError(f"{_short(text)}: {operator[1]}/ needs a term on either side")
    return Expression(
        text,
        _alternatives(left, match),
        _alternatives(right, match),
        int(operator[2]),
        operator[1].lower() == "before",
    )


def _alternatives(text: str, match: str) -> tuple[Phrase, ...]:
    return tuple(dict.fromkeys(_phrase(part.strip(), match) for part in text.split("|")))


def _phrase(text: str, match: str) -> Phrase:
    shown = _short(text)
    if not text:
        raise ExpressionError("an empty term beside a |; remove the |")
    if text.startswith("/"):
        raise ExpressionError(f"{shown}: a regular expression stands alone, without | and near/")
    if len(text) > LONGEST_TERM:
        raise ExpressionError(f"{shown}: too long; a term has {LONGEST_TERM} characters at most")
    open_start, open_end = text.startswith("*"), text.endswith("*") or match == "stem"
    parts = text.removeprefix("*").removesuffix("*").split("* ")
    if any("*" in part or part != part.strip() for part in parts):
        raise ExpressionError(f"{shown}: a star may only end a word, or begin the first")
    pieces = [fold_term(part) for part in parts]
    if not all(pieces):
        raise ExpressionError(f"{shown} has a part without letter or digit; remove it")
    if match == "stem":
        pieces = [word for piece in pieces for word in piece.split()]
    if open_start and len(pieces[0]) < 3:
        raise ExpressionError(f"{shown} would match too much; write its first word in full")
    if open_end and len(pieces[-1]) < 2 and not UNSPACED.search(pieces[-1]):
        raise ExpressionError(f"{shown} would match too much; write more of its last word")
    if match == "case" and len(pieces) > 1:
        raise ExpressionError(f"{shown}: a star within and match = 'case' do not go together")
    cased = letters(text) if match == "case" else None
    return Phrase(tuple(pieces), open_start, open_end, cased)


def letters(text: str) -> str:
    """Letters and digits in their case, other signs left out: folded terms agree on those."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text)))


def _regex(body: str, match: str) -> str:
    """The pattern that RE2 is given: whole words only, case as stated."""
    shown = _short(f"/{body}/")
    if match == "stem":
        raise ExpressionError(f"{shown}: a regular expression has match = 'word' or 'case'")
    if len(body) > LONGEST_REGEX:
        raise ExpressionError(f"{shown}: too long; {LONGEST_REGEX} characters at most")
    if not body.isascii() and re.search(r"\\[bBwW]", body):
        raise ExpressionError(
            f"{shown}: \\b and \\w know ASCII only; whole words are matched anyway, and "
            r"[\pL\pM\pN] is any letter, mark or digit"
        )
    flags = "" if match == "case" else "(?i)"
    bare = compiled(f"{flags}({body})", shown)
    if bare.search(b"") is not None:
        raise ExpressionError(f"{shown} matches even where there is nothing; ask for something")
    if UNSPACED.search(body):
        return f"{flags}({body})"  # words of such a script begin and end anywhere
    return f"{flags}(?:^|{_APART})({body})(?:{_APART}|$)"


def compiled(pattern: str, shown: str) -> re2._Regexp:
    """A compiled pattern of bounded size; ExpressionError with RE2's reason where it has none."""
    options = re2.Options()
    options.log_errors = False
    try:
        regex = re2.compile(pattern, options)
    except (re2.error, UnicodeEncodeError) as error:
        reason = error.args[0].decode() if isinstance(error, re2.error) else "not valid text"
        beyond = any(sign in reason for sign in ("perl operator", "escape sequence"))
        hint = "; RE2 has neither look-around nor back-references" if beyond else ""
        raise ExpressionError(f"{shown}: {reason}{hint}") from error
    if regex.programsize > MOST_STEPS:
        raise ExpressionError(
            f"{shown}: {regex.programsize:,} steps, {MOST_STEPS:,} at most: smaller repetitions"
        )
    return regex


def _short(text: str) -> str:
    return f"'{text if len(text) <= 60 else text[:59] + '…'}'"
