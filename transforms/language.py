"""Language: which one an article is in, how sure that is, and who said so.

CLD2 reads every text and settles the long ones ("cld2") and those whose script serves one
language ("script"). Elsewhere py3langid votes too. Where they agree, that is it ("vote"). Where
they differ, py3langid's odds, how much likelier it finds its own answer than CLD2's, weigh it:

- 8 or more and CLD2 is overruled ("vote"); the outcome hardly moves between 5 and 10;
- below 1.5, or where CLD2 is told py3langid's answer and holds to its own, CLD2 stands ("cld2");
- in between langdetect arbitrates ("langdetect"); where it names neither, odds of 3 do ("vote").

Confidence is the chance that the answer is right, as benchmarks/language.py counts it, times the
share of the text that is in that language. Where the chance is below 0.15 the answer is "und".
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import apache_beam as beam
from apache_beam.pvalue import PCollection

from records import Article, Detection
from transforms.language_codes import BY_SCRIPT, UNDETERMINED, agree, cld2_code, family, standard
from transforms.prose import excerpt, prose
from transforms.together import Together

VERSION = "1"
_READ = 1_000  # characters of a text that CLD2 reads, from eight places
_LONG = 400  # from here on CLD2 is right 99 times in 100 and more, py3langid not more often
_VOTED_ON = 500  # characters that py3langid reads: at more than ten times CLD2's cost each
_SPEAKS_FOR_ITSELF = 200  # a text of this many characters needs no help from its title
_MIN_BYTES = 5  # CLD2 counts the letters, in UTF-8, and the spaces: "OK" has 4, "США" 8
_OVERRULING_ODDS, _LEADING_ODDS, _LEAST_ODDS = 8.0, 3.0, 1.5
_STANDS, _ARBITRATED, _UNHELPED = 0.75, 0.7, 0.35  # how often CLD2 is right: held, backed, alone
_NEAR_CERTAIN = 0.995
_LEAST_CONFIDENCE = 0.15
_MIXED_PERCENT = 33  # from here on a second language may be the first, in characters


class _Reading(NamedTuple):
    """What CLD2 says: the language of most bytes, how many there are, what others have of them."""

    language: str
    reliable: bool
    size: int
    others_percent: int


@cache
def _cld2() -> Any:
    import pycld2

    return pycld2


@cache
def _py3langid() -> Any:
    """The model, restricted to CLD2's languages: nobody could second what it says of others."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    codes = dict(_cld2().LANGUAGES)
    known = {standard(codes[name]) for name in _cld2().DETECTED_LANGUAGES}
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(known.intersection(identifier.labels))
    return identifier


@cache
def _langdetect() -> Any:
    """The profiles in one order everywhere (a folder's own order would show in the last bits)."""
    import langdetect

    factory = langdetect.DetectorFactory()
    profiles = sorted((Path(langdetect.__file__).parent / "profiles").iterdir())
    factory.load_json_profile([profile.read_text("utf-8") for profile in profiles])
    factory.set_seed(0)
    return factory


def _ask_langdetect(text: str) -> str:
    from langdetect import LangDetectException

    detector = _langdetect().create()
    detector.append(text)
    try:
        return standard(detector.detect())
    except LangDetectException:  # no letter that any profile has
        return UNDETERMINED


def _vote(sample: str, first: str) -> Detection:
    """What CLD2's answer `first` becomes when others are heard."""
    text = excerpt(sample, _VOTED_ON)
    ranking = _py3langid().rank(text)
    second, likelihood = ranking[0]
    sure = 1 - (1 - likelihood) ** 2  # py3langid's own figure is too modest by about a square
    if agree(first, second):
        return Detection(first, 1 - (1 - likelihood) ** 2 / 3, "vote")
    if first == UNDETERMINED:
        return Detection(second, sure, "vote")
    other = next((p for language, p in ranking if agree(language, first)), likelihood)
    odds = likelihood / max(other, 1e-9)
    if odds >= _OVERRULING_ODDS:
        return Detection(second, sure, "vote")
    hinted = _ask_cld2(sample, hint=second).language
    if 1 < odds < _LEAST_ODDS or not agree(hinted, second):
        return Detection(first, _STANDS, "cld2")
    third = _ask_langdetect(text)
    if agree(third, second):
        return Detection(second, likelihood, "langdetect")
    if agree(third, first):
        return Detection(first, _ARBITRATED, "langdetect")
    if odds >= _LEADING_ODDS:
        return Detection(second, likelihood, "vote")
    return Detection(first, _UNHELPED, "cld2")


def _ask_cld2(text: str, hint: str | None = None) -> _Reading:
    options = {"hintLanguage": cld2_code(hint)} if hint else {}
    reliable, size, details = _cld2().detect(text, isPlainText=True, bestEffort=True, **options)
    return _Reading(standard(details[0][1]), reliable, size, details[1][2])


def _largest_part(text: str) -> tuple[str, float]:
    """What of a mixed text is in its commonest language, and its share of the characters.

    CLD2 counts bytes, of which Cyrillic has two a letter: a quote could outweigh what quotes it.
    """
    data = text.encode()
    parts: dict[str, str] = {}
    *_, runs = _cld2().detect(data, isPlainText=True, bestEffort=True, returnVectors=True)
    for start, length, _, code in runs:
        name = family(standard(code))
        parts[name] = parts.get(name, "") + data[start : start + length].decode("utf-8", "ignore")
    known = [part for name, part in parts.items() if name != UNDETERMINED]
    largest = max(known, key=len, default=text)
    return largest, len(largest) / max(sum(map(len, known)), 1)


def detect_language(title: str | None, text: str | None) -> Detection:
    """The language of an article; a pure function of its arguments, to the bit.

    The text decides where there is enough of it, else the title is read along with it. Never
    raises, whatever the characters. Of a long text eight excerpts are read: the cost is bounded.
    """
    sample = prose(excerpt(text or "", _READ))
    if title and len(sample) < _SPEAKS_FOR_ITSELF:
        sample = f"{prose(excerpt(title, _READ))}\n{sample}"
    reading = _ask_cld2(sample)
    share = 1 - reading.others_percent / 100
    if reading.others_percent >= _MIXED_PERCENT:
        sample, share = _largest_part(sample)
        reading = _ask_cld2(sample)
    if reading.size < _MIN_BYTES:
        return Detection(UNDETERMINED, 0.0, "none")
    if reading.language in BY_SCRIPT or (reading.reliable and len(sample) >= _LONG):
        method = "script" if reading.language in BY_SCRIPT else "cld2"
        return Detection(reading.language, round(_NEAR_CERTAIN * share, 4), method)
    language, chance, method = _vote(sample, reading.language)
    if chance < _LEAST_CONFIDENCE:
        language, method = UNDETERMINED, "none"
    return Detection(language, round(chance * share, 4), method)


class _Detect(Together):
    def work(self, articles: list[Article]) -> Iterator[Article]:
        for article in articles:
            yield article._replace(detection=detect_language(article.title, article.text))


class DetectLanguage(beam.PTransform):
    """PCollection[Article] -> PCollection[Article] with `detection` filled."""

    def expand(self, articles: PCollection[Article]) -> PCollection[Article]:
        return articles | "Detect" >> beam.ParDo(_Detect()).with_output_types(Article)
