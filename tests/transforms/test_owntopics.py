"""What topics of one's own find, rule by rule; and that evidence points at what it says."""

from __future__ import annotations

import pickle
from pathlib import Path

import apache_beam as beam
import pytest
from apache_beam.testing.test_pipeline import TestPipeline
from apache_beam.testing.util import assert_that, equal_to
from hypothesis import given, settings
from hypothesis import strategies as st

from records import Article, Detection, TopicMatch
from transforms.block import LONGEST_TEXT
from transforms.ownfile import read_own
from transforms.rules import default_rules
from transforms.scripts import UNSPACED_BLOCKS, has_unspaced
from transforms.tagging import TagTopics
from transforms.topicrules import load_topics, read_topics
from transforms.topics import Tagger, default_tagger
from transforms.versions import versions


def tagger_of(folder: Path, topic: str, more: str = "") -> Tagger:
    path = folder / "mine.toml"
    path.write_text(f'name = "mine"\n[topics.a]\nlabel = "A"\n{topic}\n{more}', "utf-8")
    return Tagger(None, read_own(path, default_rules()))


def assert_evidence_holds(
    matches: tuple[TopicMatch, ...], title: str | None, text: str | None
) -> None:
    for match in matches:
        assert 0 < len(match.evidence) <= 20
        for e in match.evidence:
            stored = (title if e.field == "title" else text) or ""
            assert stored[e.start - 1 : e.start - 1 + e.length] == e.surface != ""


def surfaces(tagger: Tagger, text: str, language: str = "und") -> list[str]:
    matches = tagger.tag(None, text, language)
    assert_evidence_holds(matches, None, text)
    return [e.surface for match in matches for e in match.evidence]


@pytest.mark.parametrize(
    ("topic", "text", "found"),
    [
        # whole words, whatever the case and the signs around
        ('any = ["war"]', "War, post-WAR, toward warm wars", ["War", "WAR"]),
        ('any = ["port strike"]', "a port\nstrike, port-strike; port, strike", 2),
        ('any = ["café"]', "Cafe\u0301 CAFÉ cafe", ["Cafe\u0301", "CAFÉ"]),
        ('any = ["fire"]', "ﬁre FIRE", ["ﬁre", "FIRE"]),
        ('any = ["straße"]', "STRASSE Straße", ["STRASSE", "Straße"]),
        ('any = ["U.S."]', "the U.S. and US", ["U.S"]),
        # stars
        ('any = ["strik*"]', "strike, Striking; a restriking strikes", 3),
        ('any = ["*hafen"]', "Hafen Überseehafen Hafens", ["Hafen", "Überseehafen"]),
        ('any = ["*port*"]', "reporter Ports x", ["reporter", "Ports"]),
        ('any = ["dock* strike*"]', "docker strikes; dock x strike", ["docker strikes"]),
        ('any = ["elect* day"]', "election day, electing days", ["election day"]),
        # match
        ('match = "stem"\nany = ["nuclear power"]', "Nuclears powered", ["Nuclears powered"]),
        ('match = "case"\nany = ["WHO"]', "who Who WHO WHOs", ["WHO"]),
        ('match = "case"\nany = ["White House"]', "white house, White-House", ["White-House"]),
        ('match = "case"\nany = ["Pol*"]', "Polish police Pole", ["Polish", "Pole"]),
        ('match = "case"\nany = ["*Port*"]', "AirPorts airports", ["AirPorts"]),
        ('match = "case"\nany = ["*Tag"]', "Bundestag BundesTag", ["BundesTag"]),
        ('any = [{ term = "US", match = "case" }, "it"]', "us US It", ["US", "It"]),
        ('match = "case"\nany = ["ΑΘΗΝΑ"]', "αθηνα ΑΘΗΝΑ", ["ΑΘΗΝΑ"]),
        # either
        ('any = ["harbour | port"]', "Port and harbour", ["Port", "harbour"]),
        # any, all, none
        ('all = ["a1", "b1"]', "a1 x", []),
        ('all = ["a1", "b1 | c1"]', "c1 a1", ["c1", "a1"]),
        ('any = ["x1", "y1"]\nall = ["a1"]', "a1", []),
        ('any = ["x1", "y1"]\nall = ["a1"]', "a1 y1", ["a1", "y1"]),
        ('any = ["a1"]\nnone = ["b1"]', "a1 b1", []),
        ('any = ["a1"]\nnone = ["b1 near/2 c1"]', "a1 b1 x x c1", ["a1"]),
        ('any = ["a1"]\nnone = ["b1 near/2 c1"]', "a1 b1 x c1", []),
        ("any = [\"a1\"]\nnone = ['/b\\d+/']", "a1 b22", []),
        ('any = ["war"]\nignore = ["trade war"]', "a trade war", []),
        ('any = ["war"]\nignore = ["trade war*"]', "trade wars, war", ["war"]),
        ("any = ['/wars?/']\nignore = [\"trade war*\"]", "trade wars, war", ["war"]),
        ("any = ['/wars?/']\nignore = [\"trade war\"]", "“é” a trade war", []),
        ("any = ['/İ \\pL+/']\nignore = [\"ß war\"]", "ß war İ war ﬁ, ß İ ok", ["İ war", "İ ok"]),
        ("any = ['/wars? \\pL+/']\nignore = [\"trade war*\"]", "trade wars end", ["wars end"]),
        ('any = ["x", \'/y\\d/\']\nignore = ["x y1"]', "x y1 ﬁ y1 x", ["y1", "x"]),
        # proximity
        ('any = ["a1 near/1 b1"]', "b1 a1; a1 x b1", ["b1 a1"]),
        ('any = ["a1 near/3 b1"]', "a1 x, x b1", ["a1 x, x b1"]),
        ('any = ["a1 near/3 b1"]', "a1 x, x x b1", []),
        ('any = ["a1 before/3 b1"]', "b1 x a1", []),
        ('any = ["a1 before/3 b1"]', "b1 x a1 x b1", ["a1 x b1"]),
        ('any = ["aa near/2 aa*"]', "aa", []),
        ('any = ["aa near/2 aa*"]', "aa x aab", ["aa x aab"]),
        ('any = ["a1 | c1 near/2 b1 | d1"]', "c1 d1", ["c1 d1"]),
        ('any = ["港口 near/3 罢工"]', "港口工人罢工", ["港口工人罢工"]),
        ('any = ["港口 near/2 罢工"]', "港口工人罢工", []),
        ('any = ["port near/3 罢工"]', "port 工人罢工", ["port 工人罢工"]),
        # regular expressions: whole words, case by match
        (r"any = ['/\$\d+ (bn|billion)/']", "cost $12 BN; a$3 bn; $3 bns", ["$12 BN"]),
        ("any = ['/x\\d/']", "x1 x2, X3 xx4", ["x1", "x2", "X3"]),
        ("match = 'case'\nany = ['/X\\d/']", "x1 X2", ["X2"]),
        ("any = ['/порт[а-я]+/']", "в ПОРТУ аэропорты", ["ПОРТУ"]),
        ("any = ['/第\\d+届/']", "举行第12届大会", ["第12届"]),
        ("any = ['/port|ports/']", "ports", ["ports"]),
        ("any = ['/[a-z]+@[a-z]+/']", "😀 write to me@home now", ["me@home"]),
        # scripts without spaces, in texts of whatever language
        ('any = ["战争"]', "这场战争，war与战争。", ["战争", "战争"]),
        ('any = ["WTO"]', "加入WTO与 AWTO WTOS", ["WTO"]),
        ('any = ["wto*"]', "加入WTOs与", ["WTOs"]),
        ('any = ["*wto"]', "加入awto与", ["awto"]),
        ('any = ["ไทย"]', "ประเทศไทยวันนี้", ["ไทย"]),
        ('match = "case"\nany = ["WTO"]', "加入WTO与wto", ["WTO"]),
        ('any = ["elect* 日"]', "electing 日本", ["electing 日"]),
    ],
)
def test_what_a_rule_finds(tmp_path: Path, topic: str, text: str, found: list[str] | int) -> None:
    said = surfaces(tagger_of(tmp_path, topic), text)
    assert (len(said) if isinstance(found, int) else said) == found


def test_a_term_of_a_language_counts_there_alone(tmp_path: Path) -> None:
    topic = 'any = [{ term = "die", languages = ["de"] }, { term = "rat", languages = ["en"] }]'
    tagger = tagger_of(tmp_path, topic)
    assert surfaces(tagger, "die rat", "de") == ["die"]
    assert surfaces(tagger, "die rat", "en") == ["rat"]
    assert surfaces(tagger, "die rat", "fr") == surfaces(tagger, "die rat", "und") == []
    assert [tagger.knows(code) for code in ("de", "en", "fr", "und")] == [True, True, False, False]


def test_all_asks_for_what_is_stated_for_the_language(tmp_path: Path) -> None:
    topic = (
        'all = [{ term = "port", languages = ["en"] }, { term = "Hafen", languages = ["de"] },'
        ' { term = "2025", languages = ["en", "de"] }]'
    )
    tagger = tagger_of(tmp_path, topic)
    assert surfaces(tagger, "port 2025", "en") == ["port", "2025"]
    assert surfaces(tagger, "Hafen 2025", "de") == ["Hafen", "2025"]
    assert surfaces(tagger, "port 2025", "de") == []
    assert surfaces(tagger, "port Hafen 2025", "fr") == []


def test_without_languages_a_rule_counts_in_every_language_and_in_none(tmp_path: Path) -> None:
    tagger = tagger_of(tmp_path, 'any = ["port"]')
    for language in ("en", "de", "zh", "sw", "und"):
        assert surfaces(tagger, "Port", language) == ["Port"], language
        assert tagger.knows(language)


def test_a_topic_for_outlets_is_for_those_alone(tmp_path: Path) -> None:
    tagger = tagger_of(tmp_path, 'any = ["port"]\noutlets = ["Harbour Post"]')
    assert [m.topic for m in tagger.tag(None, "port", "en", "HARBOUR POST")] == ["a"]
    assert tagger.tag(None, "port", "en", "Other") == tagger.tag(None, "port", "en") == ()


def test_points_are_weight_times_repeats_and_two_for_the_title(tmp_path: Path) -> None:
    tagger = tagger_of(
        tmp_path, 'any = ["war", { term = "army", weight = 2.5 }, "a1 near/2 b1"]\nminimum = 1'
    )

    def points(title: str | None, text: str | None) -> float:
        score = tagger.tag(title, text, "en")[0].score  # points / (points + 1)
        return round(score / (1 - score), 2)

    assert points(None, "war") == points(None, "war" + " of" * 5000) == 1.0
    assert points(None, "war war") == 1.5
    assert points(None, "war war war") == 1.75
    assert points("war", None) == 2.0
    assert points("war", "war") == 3.0
    assert points(None, "army war") == 3.5
    assert points(None, "a1 b1 x x x b1 a1") == 1.5


def test_a_minimum_is_reached_or_there_is_no_topic(tmp_path: Path) -> None:
    tagger = tagger_of(tmp_path, 'any = ["war", "army"]\nminimum = 2')
    assert tagger.tag(None, "war war war war", "en") == ()
    assert tagger.tag(None, "war army", "en")[0].score == 0.5


def test_a_score_says_how_far_beyond_its_minimum_a_topic_is(tmp_path: Path) -> None:
    tagger = tagger_of(tmp_path, 'any = [{ term = "war", weight = 6 }, "army"]\nminimum = 2')
    assert tagger.tag(None, "war" + " army" * 5, "en")[0].score == 0.7987  # 7.9375 / 9.9375
    assert tagger.tag(None, "war war", "en")[0].score == 0.8182  # 9 / (9 + 2)
    without = tagger_of(tmp_path, 'any = ["war", { term = "army", weight = 0.5 }]')
    assert without.tag(None, "war", "en")[0].score == 0.5
    assert without.tag(None, "army", "en")[0].score == 0.3333
    assert without.tag("war war", "war war war war", "en")[0].score == 0.7949


def test_evidence_names_the_rule_as_written_title_first_in_order_of_place(tmp_path: Path) -> None:
    tagger = tagger_of(
        tmp_path, "any = [\"strike* near/3 port\", { term = 'port', weight = 0.5 }, '/no\\d/']"
    )
    match = tagger.tag("Strikes: the port", "İ port no7", "en")[0]
    assert [tuple(e) for e in match.evidence] == [
        ("strike* near/3 port", "Strikes: the port", "title", 1, 17, 1.0),
        ("port", "port", "title", 14, 4, 0.5),
        ("port", "port", "text", 3, 4, 0.5),
        ("/no\\d/", "no7", "text", 8, 3, 1.0),
    ]
    assert (match.ruleset, match.ruleset_version) == ("mine", tagger.own.version)  # type: ignore[union-attr]


def test_of_a_term_said_a_hundred_times_three_places_are_kept(tmp_path: Path) -> None:
    assert surfaces(tagger_of(tmp_path, 'any = ["war"]'), "war " * 100) == ["war"] * 3


def test_ones_own_topics_follow_the_default_ones_and_do_not_change_them(tmp_path: Path) -> None:
    own = tagger_of(tmp_path, 'any = ["election", "senat*", "*sident"]').own
    both = Tagger(default_rules(), own)
    title, text = "Election day", "The senate met the president. The strike 港口."
    found = both.tag(title, text, "en")
    assert found[:-1] == default_tagger().tag(title, text, "en") != ()
    assert [e.surface for e in found[-1].evidence] == ["Election", "senate", "president"]
    assert both.tag(None, "Vaalit election", "fi")[0].topic == "a"


def test_several_topics_are_ordered_by_score_then_by_name(tmp_path: Path) -> None:
    more = '[topics.b]\nlabel = "B"\nany = ["x1", "y1"]\n[topics.c]\nlabel = "C"\nany = ["x1"]'
    tagger = tagger_of(tmp_path, 'any = ["x1"]', more)
    assert [m.topic for m in tagger.tag(None, "x1 y1", "en")] == ["b", "a", "c"]


def test_nothing_is_read_beyond_the_longest_text(tmp_path: Path) -> None:
    tagger = tagger_of(tmp_path, "any = ['port', '/no\\d/']")
    assert tagger.tag(None, "x " * (LONGEST_TEXT // 2) + "port no7", "en") == ()


@pytest.mark.parametrize(
    "text",
    [
        "aaa" * 200_000,
        "strike port " * 100_000,
        "strike " * 100_000 + "port",
        "港口罢工" * 100_000,
        "a港" * 200_000,
        "\ud800 strike \udfff port",
        "x" * 90_000 + "strike",
        "$1 " * 50_000,
        "\u0301" * 1000 + "strike port",
    ],
    ids=lambda text: ascii(text[:12]),
)
def test_hostile_texts_cost_little_and_keep_little(tmp_path: Path, text: str) -> None:
    topic = (
        'any = ["strik* near/9 port*", "*aaa*", "aaa*", "港口 before/3 罢工", "港*", "*trike",'
        " '/\\$\\d+/', '/(a+)+b/', '/x.*y/']\nnone = [\"zzz\"]\nignore = [\"big port\"]"
    )
    tagger = tagger_of(tmp_path, topic)
    matches = tagger.tag(text, text, "en")
    assert_evidence_holds(matches, text, text)


WORDS = ["strike", "STRIKES", "port", "Häfen", "hafen", "港口", "罢工", "WHO", "who", "no7", "ﬁre"]
GLUE = [
    " ",
    " ",
    "",
    ", ",
    "\n",
    "\u0301",
    "\xad",
    "İ",
    "ß",
    "😀",
    "½",
    "中",
    "e\u0301",
    "-",
    "\ud800",
]
TOPIC = """
any = ["strike*", "port | harbour", "*hafen", "häfen", "港口", "strike* near/4 port | 港口",
    "罢工 before/3 who", { term = "WHO", match = "case" }, '/no\\d/', '/罢.?/', "fire",
    "strike port"]
ignore = ["port who"]
"""


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Tagger:
    return tagger_of(tmp_path_factory.mktemp("many"), TOPIC)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(WORDS + GLUE), max_size=25), st.sampled_from(["en", "zh", "und"]))
def test_evidence_is_found_where_it_says_in_any_text(
    many: Tagger, parts: list[str], language: str
) -> None:
    text = "".join(parts)
    matches = many.tag(text[::-1], text, language)
    assert_evidence_holds(matches, text[::-1], text)
    for match in matches:
        for e in match.evidence:
            if e.term == "strike*":
                assert e.surface.casefold().replace("\xad", "").startswith("strike")
            if e.term == "WHO":
                assert e.surface.replace("\xad", "") == "WHO"


def test_a_character_of_an_unspaced_script_is_told_in_bytes() -> None:
    for first, last in UNSPACED_BLOCKS:
        for point in {first, (first + last) // 2, last}:
            assert has_unspaced(f" a{chr(point)} ".encode())
    for text in ("abc", "Ünïcödé", "порт", "हिन्दी", "한국어", "\ud800", "😀"):
        assert not has_unspaced(text.encode("utf-8", "surrogatepass")), text


def test_rules_travel_and_stay_what_they_are(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('name = "mine"\n[topics.a]\nlabel = "A"\nany = ["port"]', "utf-8")
    rules = load_topics(path)
    again = pickle.loads(pickle.dumps(rules))
    assert (again.version, again.topics) == (rules.version, rules.topics)
    assert again.rules is default_rules()
    assert versions(again)["topics"] == rules.version
    assert rules.version == f"{versions()['topics']} + mine {rules.own.version}"  # type: ignore[union-attr]
    assert again.tagger() is rules.tagger()
    assert len(pickle.dumps(rules)) < 2000


def test_articles_are_tagged_by_topics_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('name = "mine"\n[topics.a]\nlabel = "A"\nany = ["port"]', "utf-8")
    articles = [
        Article("-", "a" * 32, 1, 0, text=text, detection=Detection(language, 1.0, "vote"))
        for text, language in (("The port", "sw"), ("Nothing", "und"), ("An election port", "en"))
    ]
    with TestPipeline(runner="FnApiRunner") as pipeline:
        tagged = pipeline | beam.Create(articles) | TagTopics(path)
        topics = tagged | beam.Map(lambda a: " ".join(match.topic for match in a.topics))
        assert_that(topics, equal_to(["a", "", "politics politics-elections a"]))


def test_a_file_is_read_without_its_examples_where_those_are_to_be_told(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        'name = "mine"\n[topics.a]\nlabel = "A"\nany = ["port"]\nmust-match = ["x"]', "utf-8"
    )
    assert read_topics(path).own is not None
