"""Checks of single values in a file that a stranger may have written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from difflib import get_close_matches
from typing import Any

from transforms.rules import RuleError
from transforms.tomlfile import Place, TomlFile

LONGEST_LABEL = 200

_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_TWO_LETTERS = frozenset(
    """aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da
    de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz
    ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln
    lo lt lu lv mg mh mi mk ml mn mr ms mt my na nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl
    ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk
    tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu""".split()
)
_MEANT = {"cn": "zh", "cz": "cs", "dk": "da", "eng": "en", "fra": "fr", "deu": "de", "gr": "el"}
_MEANT |= {"iw": "he", "jp": "ja", "nb": "no", "rus": "ru", "spa": "es", "ua": "uk"}


class Checks:
    """What every value of a file has to be. RuleError names file, line, topic and key."""

    def __init__(self, file: TomlFile) -> None:
        self.file = file

    def wrong(self, place: Place, reason: str) -> RuleError:
        at = self.file.at(*place)
        if place[:1] == ("topics",) and len(place) > 1:
            name = f"[topics.{shown(str(place[1]))}]"
            key = f" {shown(str(place[2]))}" if len(place) > 2 else ""
            return RuleError(f"{at}: {name}{key}: {reason}")
        return RuleError(f"{at}: {reason}")

    def known_keys(self, where: Place, table: dict[str, Any], known: Collection[str]) -> None:
        for key in table:
            if key not in known:
                name = "" if where else f"{shown(key)}: "
                raise self.wrong((*where, key), f"{name}unknown key{near(key, known)}")

    def text(
        self,
        where: Place,
        table: dict[str, Any],
        key: str,
        needed: bool = False,
        longest: int = 2_000,
    ) -> str:
        value = table.get(key, "")
        place = (*where, key)
        if not isinstance(value, str):
            raise self.wrong(place, f"{key} must be a text in quotation marks")
        if needed and not value.strip():
            raise self.wrong(where if key not in table else place, f'add a line {key} = "..."')
        if len(value) > (LONGEST_LABEL if key in ("label", "name", "version") else longest):
            raise self.wrong(place, f"{key} is too long ({len(value):,} characters)")
        for sign in value:
            if (unicodedata.category(sign) == "Cc" and sign not in "\t\n\r") or sign in _BIDI:
                raise self.wrong(place, f"control character U+{ord(sign):04X}; remove it")
        return value

    def strings(self, where: Place, table: dict[str, Any], key: str) -> tuple[str, ...]:
        values = table.get(key, [])
        good = isinstance(values, list) and all(isinstance(v, str) and v for v in values)
        if not good or (key in table and not values):
            raise self.wrong((*where, key), f'must be a list of texts, such as {key} = ["..."]')
        return tuple(dict.fromkeys(values))

    def languages(self, where: Place, table: dict[str, Any]) -> tuple[str, ...]:
        codes = self.strings(where, table, "languages")
        for index, code in enumerate(codes):
            self.language((*where, "languages", index), code)
        return tuple(sorted(codes))

    def language(self, place: Place, code: str) -> None:
        if code in _TWO_LETTERS or (re.fullmatch("[a-z]{3}", code) and code not in _MEANT):
            return
        hint = f"; did you mean '{_MEANT[code]}'?" if code in _MEANT else ""
        raise self.wrong(place, f"{shown(code)} is no ISO 639 code such as en, de or zh{hint}")


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value


def near(word: str, known: Collection[str]) -> str:
    close = get_close_matches(word, known, 1)
    if close:
        return f"; did you mean {close[0]!r}?"
    some = ", ".join(list(known)[:20])
    return f"; there are {some}" + (" …" if len(known) > 20 else "")


def shown(text: str) -> str:
    """A text of the file for a message: short, on one line, without control characters."""
    return repr(text if len(text) <= 60 else text[:59] + "…")[1:-1]
