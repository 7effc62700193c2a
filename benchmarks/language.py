"""How often the language is right, how honest its confidence is, and what a text costs.

    python -m benchmarks.language [--data FOLDER] [--langdetect]

Public collections, those that are there: language/lingua_testdata.jsonl.gz (75 languages),
topics/sib200_20_languages.jsonl.gz (20), topics/tgcontest_categories.jsonl.gz (news, English and
Russian) and stories/wikinews_events.jsonl.gz (headlines, English). "cut" is a text's first four
to eight words (ten to nineteen characters of Chinese, Japanese and Thai): headlines, more or less.

Recall is the mean over languages. Bosnian, Croatian and Serbian count as one language, Bokmål
and Nynorsk as another: the 75 are 72. "und" counts as wrong. Each other column is one library
by itself, given the whole text.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

import langdetect
import pycld2
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from transforms.language import detect_language
from transforms.language_codes import family, standard

Texts = list[tuple[str, str]]  # language, text
Detect = Callable[[str], str]

UNSPACED = {"ja", "th", "zh"}
SIB200 = {  # FLORES codes to ISO 639-1
    **{"arb": "ar", "bel": "be", "ces": "cs", "deu": "de", "eng": "en", "fra": "fr", "hin": "hi"},
    **{"ind": "id", "ita": "it", "jpn": "ja", "kor": "ko", "nld": "nl", "pol": "pl", "por": "pt"},
    **{"rus": "ru", "spa": "es", "swe": "sv", "tur": "tr", "ukr": "uk", "zho": "zh"},
}


def rows(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def cut(texts: Texts) -> Texts:
    """Each text's beginning, of a length that varies from text to text."""
    short = []
    for language, text in texts:
        if language in UNSPACED:
            short.append((language, text[: 10 + len(text) % 10]))
        else:
            short.append((language, " ".join(text.split()[: 4 + len(text) % 5])))
    return short


def collections(data: Path) -> Iterator[tuple[str, Texts]]:
    lingua = rows(data / "language" / "lingua_testdata.jsonl.gz")
    for kind in ("sentences", "word-pairs", "single-words"):
        texts = [(row["lang"], row["text"]) for row in lingua if row["kind"] == kind]
        yield f"lingua {kind}", texts
        if kind == "sentences":
            yield "lingua sentences, cut", cut(texts)
    sib = rows(data / "topics" / "sib200_20_languages.jsonl.gz")
    texts = [(SIB200[row["lang"][:3]], row["text"]) for row in sib]
    yield "sib200 sentences", texts
    yield "sib200 sentences, cut", cut(texts)
    news = rows(data / "topics" / "tgcontest_categories.jsonl.gz")
    yield "tgcontest articles", [(row["lang"], row["text"]) for row in news]
    titles = [(row["lang"], row["title"]) for row in news]
    yield "tgcontest headlines", titles
    yield "tgcontest headlines, cut", cut(titles)
    wikinews = rows(data / "stories" / "wikinews_events.jsonl.gz")
    yield "wikinews headlines", [("en", row["title"]) for row in wikinews if row.get("title")]


def detectors(with_langdetect: bool) -> dict[str, Detect]:
    def cld2(text: str) -> str:
        text = "".join(c if c.isprintable() else " " for c in text)
        return standard(pycld2.detect(text, isPlainText=True, bestEffort=True)[2][0][1])

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)

    def arbiter(text: str) -> str:
        try:
            return standard(langdetect.detect(text))
        except langdetect.LangDetectException:
            return "und"

    found: dict[str, Detect] = {
        "newsbeam": lambda text: detect_language(None, text).language,
        "CLD2": cld2,
        "py3langid": lambda text: standard(identifier.classify(text)[0]),
    }
    if with_langdetect:
        langdetect.DetectorFactory.seed = 0
        found["langdetect"] = arbiter
    for detect in found.values():
        detect("models are loaded before the clock starts")
    return found


def recall(texts: Texts, detect: Detect) -> tuple[float, float]:
    """Mean recall over the languages, and microseconds a text."""
    right: dict[str, list[bool]] = defaultdict(list)
    start = perf_counter()
    answers = [detect(text) for _, text in texts]
    cost = (perf_counter() - start) / len(texts) * 1e6
    for (language, _), answer in zip(texts, answers, strict=True):
        expected = family(standard(language))
        right[expected].append(family(answer) == expected)
    return sum(sum(marks) / len(marks) for marks in right.values()) / len(right), cost


def calibration(texts: Texts) -> list[tuple[float, int, float]]:
    """For each tenth of confidence: its lower end, how many answers, how many of them right."""
    bands: dict[int, list[bool]] = defaultdict(list)
    for language, text in texts:
        found = detect_language(None, text)
        right = family(found.language) == family(standard(language))
        if found.language != "und":
            bands[min(int(found.confidence * 10), 9)].append(right)
    return [
        (band / 10, len(marks), sum(marks) / len(marks)) for band, marks in sorted(bands.items())
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", default=os.environ.get("NEWSBEAM_DATA", "../shared/data"))
    parser.add_argument("--langdetect", action="store_true", help="ask langdetect too: minutes")
    arguments = parser.parse_args()
    present = [(name, texts) for name, texts in collections(Path(arguments.data)) if texts]
    if not present:
        raise SystemExit(f"no collections under {arguments.data}: give --data FOLDER")
    known = detectors(arguments.langdetect)
    print(f"{'mean recall (µs a text)':26}{'texts':>7}", *(f"{name:>17}" for name in known))
    for name, texts in present:
        figures = (recall(texts, detect) for detect in known.values())
        columns = (f"{mean:9.4f} ({cost:5.0f})" for mean, cost in figures)
        print(f"{name:26}{len(texts):7}", *columns)
    print("\nconfidence  answers  right")
    for least, answers, share in calibration([text for _, texts in present for text in texts]):
        print(f"{least:.1f} and up{answers:10}  {share:.3f}")


if __name__ == "__main__":
    main()
