"""Language codes: what each library calls a language, and which languages it tells apart by what.

Codes are ISO 639-1, or 639-3 where there is no two-letter code. Norwegian is "no" (Bokmål, as
every library means it) or "nn" (Nynorsk); Bosnian, Croatian and Serbian stay what they were
taken for; Chinese is "zh" in either script.
"""

from __future__ import annotations

UNDETERMINED = "und"

# CLD2 keeps codes withdrawn since, and a few languages that nobody reports news in.
_FROM_LIBRARY = {
    "bh": "bho",
    "in": "id",
    "iw": "he",
    "ji": "yi",
    "jw": "jv",
    "mo": "ro",
    "nb": "no",
    "sr-ME": "sr",
    "tlh": UNDETERMINED,
    "un": UNDETERMINED,
    "xx-Bugi": "bug",
    "xx-Goth": "got",
    "zh-Hant": "zh",
    "zh-cn": "zh",
    "zh-tw": "zh",
    "zzp": UNDETERMINED,
}
_TO_CLD2 = {"he": "iw", "jv": "jw"}

# One language, or two that no detector parts in a sentence: their names agree with each other.
_FAMILY = {"bs": "hbs", "hr": "hbs", "sr": "hbs", "nn": "no"}

# The only language with news written in its script: whoever reads the letters has the language.
BY_SCRIPT = frozenset(
    ["chr", "dv", "el", "gu", "hy", "iu", "ka", "km", "kn", "ko", "lo", "ml", "my", "or", "pa"]
    + ["si", "ta", "te", "th"]
)


def standard(code: str) -> str:
    """The standard code for a library's code; "und" for what is no language."""
    return _FROM_LIBRARY.get(code, code)


def cld2_code(language: str) -> str:
    """What CLD2 calls a language."""
    return _TO_CLD2.get(language, language)


def family(language: str) -> str:
    """The language itself, or one name for those as close as Croatian and Serbian."""
    return _FAMILY.get(language, language)


def agree(one: str, other: str) -> bool:
    """Whether two standard codes name one language, or two of one family."""
    return family(one) == family(other)
