"""What topics of one's own cost: `python -m benchmarks.rules [--data FOLDER]`.

500 rules beside all default ones: 400 lists of 12 terms, 75 proximities, 25 regular expressions;
then 10,000 terms (500 lists of 20) in their place. Their words are drawn from those of the
articles themselves that one in fifty of them has at most; one in three terms has two words, one
in five ends with a star. CPU time of tagging alone as the graph does it, one core, the least of
several rounds, on made-up articles and, where the collection is there, on news in English and
Russian of 2.2 to 3.2 KB (a small collection: its words come up more often than in a large one).
"""

from __future__ import annotations

import argparse
import gc
import gzip
import json
import os
import random
import re
import tempfile
from collections import Counter
from pathlib import Path
from time import process_time

from benchmarks.generate import articles
from transforms.together import TOGETHER
from transforms.topicrules import TopicRules, load_topics
from transforms.topics import Tagger

ROUNDS = 5
SEED = 7

Text = tuple[str | None, str, str]


def vocabulary(texts: list[Text]) -> list[str]:
    """The words of four letters and more that one text in fifty has at most.

    Names and words of one's subject: nobody follows what is in every article.
    """
    held: Counter[str] = Counter()
    for _, text, _ in texts:
        held.update(set(re.findall(r"[^\W\d_]{4,}", text.casefold())))
    return sorted(word for word, count in held.items() if count <= len(texts) / 50)


def rules(words: list[str], count: int, per_list: int, near: int, regexes: int) -> str:
    """A file of topics whose words are drawn from a vocabulary."""
    random.seed(SEED)

    def word() -> str:
        return random.choice(words)

    def term() -> str:
        kind = random.random()
        if kind < 0.3:
            return f"{word()} {word()}"
        return f"{word()}*" if kind < 0.5 else word()

    def quoted(terms: set[str]) -> str:
        return ", ".join(f'"{each}"' for each in sorted(terms))

    def several(make, most: int) -> set[str]:
        found: set[str] = set()
        while len(found) < most:
            found.add(make())
        return found

    lines = ['name = "bench"']
    for number in range(count):
        lines += [f"[topics.list-{number}]", f'label = "List {number}"', "minimum = 2"]
        lines.append(f"any = [{quoted(several(term, per_list))}]")
    for number in range(near):
        pair = f"{word()} | {word()} near/{random.randint(2, 12)} {word()}* | {word()}"
        lines += [f"[topics.near-{number}]", f'label = "Near {number}"', f'any = ["{pair}"]']
    for number in range(regexes):
        pattern = rf"{word()} (?:{word()}|{word()})s? (?:of|in|на) [\pL]+"
        lines += [f"[topics.regex-{number}]", f'label = "Regex {number}"']
        lines.append(
            f"any = ['/{pattern}/', '/\\d+ {word()}/']" if number % 2 else f"any = ['/{pattern}/']"
        )
    return "\n".join(lines)


def loaded(content: str) -> TopicRules:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "bench.toml")
        file.write_text(content, encoding="utf-8")
        began = process_time()
        found = load_topics(file)
        print(f"  read in {process_time() - began:.2f} s")
        return found


def microseconds(taggers: list[Tagger], texts: list[Text]) -> list[float]:
    """CPU time of one article by each tagger, side by side."""
    gc.disable()  # as the graph does
    least = [float("inf")] * len(taggers)
    for _ in range(ROUNDS + 1):
        for i, tagger in enumerate(taggers):
            began = process_time()
            for start in range(0, len(texts), TOGETHER):
                tagger.tag_all([(*each, None) for each in texts[start : start + TOGETHER]])
            least[i] = min(least[i], (process_time() - began) / len(texts) * 1e6)
    gc.enable()
    return least


def measure(name: str, texts: list[Text], words: list[str]) -> None:
    mean = sum(len(text) for _, text, _ in texts) / len(texts)
    print(f"\n{name}: {len(texts)} articles of {mean:.0f} characters")
    rule_sets = [
        load_topics(),
        loaded(rules(words, 400, 12, 75, 25)),
        loaded(rules(words, 500, 20, 0, 0)),
    ]
    taggers = [
        each.tagger() if each.own is None else Tagger(each.rules, each.own) for each in rule_sets
    ]
    costs = microseconds(taggers, texts)
    for label, cost, tagger in zip(
        ("default rules", "with 500 rules", "with 10,000 terms"), costs, taggers, strict=True
    ):
        mine = [m for text in texts for m in tagger.tag(*text) if m.ruleset == "bench"]
        each = f"{len(mine) / len(texts):.1f} own topics each"
        print(f"  {label:18} {cost:6.0f} us {1e6 / cost:8,.0f} articles/s  {each}")
    print(f"  10,000 terms against 500 rules: {costs[2] / costs[1]:.2f} times")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    default = Path(os.environ.get("NEWSBEAM_DATA", "../shared/data"))
    parser.add_argument("--data", type=Path, default=default, help="default: %(default)s")
    data: Path = parser.parse_args().data
    made_up = [(each["title"], each["text"], "en") for each in articles(3000)]
    measure("made-up", made_up[:1000], vocabulary(made_up))
    news = data / "topics" / "tgcontest_categories.jsonl.gz"
    if not news.is_file():
        print(f"{news}: not there; nothing measured on news")
        return
    with gzip.open(news, "rt", encoding="utf-8") as lines:
        read = [(each["title"], each["text"], each["lang"]) for each in map(json.loads, lines)]
    for language in ("en", "ru"):
        texts = [each for each in read if each[2] == language]
        usual = [each for each in texts if 2200 <= len(each[1]) <= 3200]
        measure(f"news, {language}", usual, vocabulary(texts))


if __name__ == "__main__":
    main()
