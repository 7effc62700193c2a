import random
import unicodedata

import pytest

from transforms import folding
from transforms.folding import fold, fold_term

ODD = "aB1 ,-İıßﬁ½²éÉ\u0301\u0316ªº\xadЖж😀ﬀ한\u1112\u1161\u11ab中ｶﾞガŉΐ…\u00a0Ａか\u3099ئ\u064b"


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Interest\nRate", "interest rate"),
        ("cease-fire", "cease fire"),
        ("interest, rate", "interest  rate"),
        ("STRASSE Straße", "strasse strasse"),
        ("ﬁnance", "finance"),
        ("İstanbul", "i̇stanbul"),
        ("e\u0301cole", "école"),
        ("elec\xadtion", "election"),
        ("women’s", "women s"),
        ("«выборы» 😀 — да", "выборы      да"),
    ],
)
def test_folds_case_compatibility_forms_and_signs(written: str, folded: str) -> None:
    assert fold_term(written) == folded


@pytest.mark.parametrize(
    ("text", "word", "surface"),
    [
        ("İİ war ﬁ", "war", "war"),
        ("Straße, Wahl", "wahl", "Wahl"),
        ("die große Straße", "strasse", "Straße"),
        ("e\u0301e\u0301 cafe\u0301s e", "cafés", "cafe\u0301s"),
        ("😀 ½ ﬁnance ½", "finance", "ﬁnance"),
        ("elec\xadtion day", "day", "day"),
        ("an elec\xadtion", "election", "elec\xadtion"),
    ],
)
def test_a_span_leads_back_to_the_original_characters(text: str, word: str, surface: str) -> None:
    folded = fold(text)
    at = folded.data.index(f" {word} ".encode()) + 1
    [(start, end)] = folded.spans([(at, at + len(word.encode()))])
    assert text[start:end] == surface


def test_folding_piecewise_equals_folding_the_whole() -> None:
    random.seed(1)
    letters = [c for c in ODD if c not in "\xad½…"]  # the last two would be signs only before NFKC
    for _ in range(3000):
        text = "".join(random.choices(letters, k=random.randrange(12)))
        assert fold(text).data == fold(unicodedata.normalize("NFKC", text)).data


def test_folding_by_the_table_equals_folding_the_long_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    random.seed(3)
    common = [chr(c) for c in range(0x20, 0x3100)]
    all_planes = [chr(c) for c in range(0x21000) if not 0xD800 <= c < 0xE000]
    texts = [c + text for c in common for text in ("ж", "é Ы")]
    texts += ["".join(random.choices(all_planes, k=4)) + "я" for _ in range(10_000)]
    texts += ["".join(random.choices("aЖ\xad\xad é", k=6)) for _ in range(1000)]
    by_table = [fold(text) for text in texts]
    assert sum(folding._folded_simply(text) is not None for text in texts) > 10_000
    monkeypatch.setattr(folding, "_folded_simply", lambda text: None)
    assert by_table == [fold(text) for text in texts]


def test_spans_of_any_words_stay_within_the_text_and_in_order() -> None:
    random.seed(2)
    for _ in range(3000):
        text = "".join(random.choices(ODD, k=random.randrange(20)))
        folded = fold(text)
        places, at = [], 0
        for word in folded.data.split(b" "):
            if word:
                places.append((at, at + len(word)))
            at += len(word) + 1
        ends = [0]
        for start, end in folded.spans(places):
            assert ends[-1] <= start < end <= len(text)
            ends.append(end)


def test_many_combining_marks_are_folded_in_linear_time() -> None:
    assert len(fold("a" + "\u0301\u0316" * 50_000).data) > 100_000
