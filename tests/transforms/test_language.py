import apache_beam as beam
import pytest
from apache_beam.testing.test_pipeline import TestPipeline
from apache_beam.testing.util import assert_that, equal_to

from records import Article, Detection
from transforms.language import DetectLanguage, detect_language
from transforms.language_codes import agree, cld2_code, standard

ENGLISH = (
    "The council voted on Tuesday to close the old bridge for repairs. Engineers had warned for "
    "years that its northern pier was sinking, and the mayor said that nobody would be allowed to "
    "drive across it before the spring. Shopkeepers on the island fear for their trade. "
)
FRENCH = (
    "Le conseil municipal a décidé mardi de fermer le vieux pont pour travaux. Les ingénieurs "
    "répétaient depuis des années que la pile nord s'enfonçait, et le maire a déclaré que personne "
    "ne pourrait le traverser en voiture avant le printemps. Les commerçants s'inquiètent. "
)
RUSSIAN = (
    "Городской совет во вторник решил закрыть старый мост на ремонт. Инженеры много лет "
    "предупреждали, что северная опора проседает, и мэр заявил, что до весны никто не сможет "
    "проехать по мосту на машине. Владельцы лавок на острове боятся за свою торговлю. "
)


def language(text: str) -> str:
    return detect_language(None, text).language


@pytest.mark.parametrize(
    ("headline", "expected"),
    [
        ("Council closes old bridge", "en"),
        ("Stadtrat schließt alte Brücke", "de"),
        ("El ayuntamiento cierra el puente", "es"),
        ("Le maire ferme le pont", "fr"),
        ("Rada zamyka stary most", "pl"),
        ("Совет закрывает старый мост", "ru"),
        ("Рада закриває старий міст", "uk"),
        ("Hội đồng đóng cây cầu", "vi"),
        ("Belediye eski köprüyü kapattı", "tr"),
        ("市议会关闭旧桥", "zh"),
        ("市議会は古い橋を閉鎖する", "ja"),
    ],
)
def test_a_headline_of_four_words_is_enough(headline: str, expected: str) -> None:
    assert detect_language(headline, None).language == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ქალაქის საბჭომ ძველი ხიდი დახურა", "ka"),
        ("Քաղաքային խորհուրդը փակեց հին կամուրջը", "hy"),
        ("Το δημοτικό συμβούλιο κλείνει τη γέφυρα", "el"),
        ("สภาเมืองปิดสะพานเก่า", "th"),
        ("시의회가 낡은 다리를 폐쇄했다", "ko"),
        ("நகர மன்றம் பழைய பாலத்தை மூடியது", "ta"),
    ],
)
def test_a_script_with_one_language_settles_it(text: str, expected: str) -> None:
    assert detect_language(None, text) == Detection(expected, 0.995, "script")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("מועצת העיר סגרה את הגשר הישן לתיקונים", "he"),
        ("أغلق مجلس المدينة الجسر القديم للصيانة يوم الثلاثاء", "ar"),
        ("شورای شهر پل قدیمی را برای تعمیر می‌بندد", "fa"),
        ("नगर परिषद ने मंगलवार को पुराना पुल बंद कर दिया", "hi"),
        ("Градският съвет затвори стария мост за ремонт", "bg"),
    ],
)
def test_a_script_with_several_languages_is_voted_on(text: str, expected: str) -> None:
    found = detect_language(None, text)
    assert (found.language, found.method) == (expected, "vote")


def test_an_ordinary_article_is_left_to_cld2() -> None:
    assert detect_language(None, ENGLISH * 2) == Detection("en", 0.995, "cld2")


def test_twenty_thousand_words_are_read_in_excerpts() -> None:
    text = ENGLISH * (20_000 // len(ENGLISH.split()) + 1)
    assert len(text.split()) >= 20_000
    assert detect_language(None, text) == Detection("en", 0.995, "cld2")


@pytest.mark.parametrize("times", [1, 4, 100])
def test_the_language_of_most_characters_wins_and_confidence_falls(times: int) -> None:
    most, rest = ENGLISH * 3 * times, RUSSIAN * 2 * times
    for text in (most + "\n" + rest, rest + "\n" + most):
        found = detect_language(None, text)
        assert found.language == "en"
        assert 0.5 <= found.confidence <= 0.75


def test_a_quote_in_another_language_does_not_throw_it() -> None:
    quoted = f"{ENGLISH}\n«Никто не проедет», сказал мэр.\n{ENGLISH}"
    assert language(quoted) == "en"
    assert language(f'{RUSSIAN} "Nobody will drive across it," he said. {RUSSIAN}') == "ru"
    assert language(f"{FRENCH} « The bridge is closed until spring », dit le panneau.") == "fr"


def test_addresses_emoji_and_code_do_not_throw_it() -> None:
    headline = "Совет закрывает старый мост"
    assert language(f"{headline} https://www.example.com/read-more-about-the-bridge") == "ru"
    assert language(f"{headline} 🚧🚧🚧 @bridge_news #breaking news@example.org") == "ru"
    assert language(f"{headline}\n```\nfor bridge in bridges:\n    bridge.close()\n```") == "ru"
    assert language(f'{headline}\n<a href="https://example.com">') == "ru"


@pytest.mark.parametrize(
    "nothing",
    [
        "",
        "  \n ",
        "OK",
        "2026-01-31 14:05 +3.2% 1,234",
        "🎉🎉 😀 → ★",
        "https://www.example.com/the-old-bridge example.org/closed",
        "editor@example.com @bridge_news",
        "def close(bridge): return bridge + 1",
        'import os\n\ndef main():\n    print("closed")\n\nif __name__ == "__main__":\n    main()',
        '{"bridge": "closed", "until": 4}',
        "\x00\x01\ud800\ufffe",
    ],
)
def test_a_text_without_language_is_undetermined(nothing: str) -> None:
    assert detect_language(None, nothing) == Detection("und", 0.0, "none")


def test_nothing_at_all_is_undetermined() -> None:
    assert detect_language(None, None) == Detection("und", 0.0, "none")


def test_letters_that_are_no_language_are_undetermined_with_low_confidence() -> None:
    found = detect_language(None, "zxq wvk pqj rtfgh")
    assert (found.language, found.method) == ("und", "none")
    assert found.confidence < 0.15


def test_characters_that_no_detector_takes_are_passed_over() -> None:
    dirty = ENGLISH.replace("voted", "vo\x00ted\x0b").replace("bridge", "bridge\ud83d\uffff\x85")
    assert language(dirty * 2) == "en"


def test_the_text_decides_where_there_is_enough_of_it() -> None:
    assert detect_language("Совет закрывает старый мост", FRENCH * 2).language == "fr"


def test_a_short_text_is_read_with_its_title() -> None:
    found = detect_language("Совет закрывает старый мост", "12:30, TASS")
    assert found.language == "ru"


def test_the_outcome_depends_on_nothing_but_the_text() -> None:
    texts = [ENGLISH, FRENCH, RUSSIAN, "Rada zamyka most", "Stary most", "Kommunen stenger broen"]
    forwards = [detect_language(None, text) for text in texts]
    backwards = [detect_language(None, text) for text in reversed(texts)]
    assert forwards == backwards[::-1]
    assert all(found.confidence == round(found.confidence, 4) for found in forwards)


@pytest.mark.parametrize(
    ("library", "expected"),
    [
        ("iw", "he"),
        ("jw", "jv"),
        ("nb", "no"),
        ("nn", "nn"),
        ("un", "und"),
        ("zh-Hant", "zh"),
        ("zh-cn", "zh"),
        ("hr", "hr"),
        ("ceb", "ceb"),
    ],
)
def test_codes_are_iso_639(library: str, expected: str) -> None:
    assert standard(library) == expected


def test_cld2_is_asked_in_its_own_codes() -> None:
    assert [cld2_code(code) for code in ("he", "jv", "en")] == ["iw", "jw", "en"]


def test_close_languages_agree_with_each_other() -> None:
    assert agree("hr", "sr")
    assert agree("no", "nn")
    assert not agree("da", "no")


def test_detect_language_fills_detection_and_nothing_else() -> None:
    articles = [
        Article(source="a.txt", article_id="a" * 32, document_id=1, seen_at=0, text=ENGLISH * 2),
        Article(source="b.txt", article_id="b" * 32, document_id=2, seen_at=0, title="OK"),
    ]
    expected = [
        articles[0]._replace(detection=Detection("en", 0.995, "cld2")),
        articles[1]._replace(detection=Detection("und", 0.0, "none")),
    ]
    with TestPipeline(runner="FnApiRunner") as pipeline:
        detected = pipeline | beam.Create(articles) | DetectLanguage()
        assert_that(detected, equal_to(expected))
