import random
from pathlib import Path
from time import perf_counter

import apache_beam as beam
import pytest
from apache_beam.testing.test_pipeline import TestPipeline
from apache_beam.testing.util import assert_that, equal_to

from records import Article, Detection, TopicMatch
from transforms.block import LONGEST_TEXT
from transforms.rules import Example, RuleError, Rules, default_rules, load_rules
from transforms.scores import LEAST_SCORE, MOST_FINER, MOST_TOPICS
from transforms.tagging import TagTopics
from transforms.topics import MOST_EVIDENCE, Tagger, tag_topics

HEAD = """
name = "mine"
version = "1"
scheme = "my own"
[topics.war]
label = "war"
[topics.trade]
label = "trade"
"""


def rules_of(folder: Path, language: str, terms: str) -> Rules:
    (folder / "ruleset.toml").write_text(HEAD, "utf-8")
    (folder / f"{language}.toml").write_text(terms, "utf-8")
    return load_rules(folder)


def slugs(matches: tuple[TopicMatch, ...]) -> list[str]:
    return [match.topic for match in matches]


def surfaces(matches: tuple[TopicMatch, ...], topic: str) -> list[str]:
    return [e.surface for match in matches if match.topic == topic for e in match.evidence]


def assert_evidence_holds(
    matches: tuple[TopicMatch, ...], title: str | None, text: str | None
) -> None:
    for match in matches:
        assert 0 < len(match.evidence) <= MOST_EVIDENCE
        for e in match.evidence:
            stored = (title if e.field == "title" else text) or ""
            assert stored[e.start - 1 : e.start - 1 + e.length] == e.surface != ""


@pytest.mark.parametrize("example", default_rules().examples, ids=lambda e: e.language + e.topic)
def test_every_shipped_example_holds(example: Example) -> None:
    matches = tag_topics(None, example.text, example.language)
    assert (example.topic in slugs(matches)) is example.wanted, slugs(matches)
    assert_evidence_holds(matches, None, example.text)


def test_broken_examples_are_told(tmp_path: Path) -> None:
    terms = '[war]\nstrong = "war"\n[war.examples]\nmatch = ["war", "peace"]\nnever = ["a war"]'
    broken = Tagger(rules_of(tmp_path, "en", terms)).broken_examples()
    assert [(example.text, example.wanted) for example in broken] == [
        ("peace", True),
        ("a war", False),
    ]
    assert Tagger(default_rules()).broken_examples() == []


def test_evidence_is_one_based_in_the_stored_text_title_first() -> None:
    matches = tag_topics("Election day", "The senate met.", "en")
    assert slugs(matches) == ["politics", "politics-elections", "politics-government"]
    assert matches[0].ruleset == "medtop"
    assert matches[0].ruleset_version == default_rules().version
    assert [tuple(e) for e in matches[0].evidence] == [
        ("election", "Election", "title", 1, 8, 3.0),
        ("senate", "senate", "text", 5, 6, 3.0),
    ]


def test_nothing_is_considered_where_there_are_no_terms() -> None:
    assert default_rules().terms.get("ka") is None
    for tagger, language in ((Tagger(default_rules()), "ka"), (Tagger(None), "en")):
        assert tagger.considered("Election", "The senate met.", language) == ()
        assert tagger.strengths("Election", "The senate met.", language) == {}
        assert tagger.tag("Election", "The senate met.", language) == ()


def test_strength_is_weights_times_repeats_by_length(tmp_path: Path) -> None:
    tagger = Tagger(rules_of(tmp_path, "en", '[war]\nstrong = "war"\nnormal = "army"'))

    def strength(title: str | None, text: str | None) -> float:
        return tagger.strengths(title, text, "en")["war"]

    assert strength(None, "war") == 6.0  # 3 / sqrt(50 / 200)
    assert strength(None, "war war") == 9.0
    assert strength("war", None) == 12.0
    assert strength("war", "army") == 16.0
    assert strength(None, "war war" + " of" * 397 + " a") == 4.5
    assert strength("war", " " * 1197) == 6.0  # 200 words of six characters
    assert tagger.tag(None, "army" + " " * 1200, "en") == ()


def test_a_score_is_a_chance_by_strength_and_lead(tmp_path: Path) -> None:
    terms = '[war]\nstrong = "war, siege"\nnormal = "army"\n[trade]\nnormal = "tariff, levy"'
    tagger = Tagger(rules_of(tmp_path, "en", terms))

    def scores(title: str | None, text: str) -> list[tuple[str, float]]:
        return [(match.topic, match.score) for match in tagger.tag(title, text, "en")]

    # Odds of 0.26 * strength^(3/4) * (strength + 1) / (the other's + 1), by hand:
    assert scores(None, "army") == [("war", 0.7862)]  # strength 4: 3.677
    assert scores(None, "war") == [("war", 0.8746)]  # 6: 6.977
    assert scores("war", "war siege") == [("war", 0.986)]  # 24: 70.48
    assert scores(None, "war army") == [("war", 0.9415)]
    assert scores(None, "army tariff") == [("trade", 0.4238), ("war", 0.4238)]
    assert scores(None, "war tariff") == [("war", 0.5825), ("trade", 0.3444)]
    # Where another says so much more, a topic's odds are too small to claim it.
    assert scores(None, "war army tariff") == [("war", 0.7628)]


def test_scores_are_chances_best_first_whatever_the_text() -> None:
    random.seed(6)
    for language, terms in default_rules().terms.items():
        words = [t.text.replace("*", "") for t in terms]
        for count in (1, 3, 10, 100):
            matches = tag_topics(None, ", ".join(random.choices(words, k=count)), language)
            below = [match.topic in default_rules().broader for match in matches]
            assert below == sorted(below)
            for level, most in ((False, MOST_TOPICS), (True, MOST_FINER)):
                scores = [m.score for m, low in zip(matches, below, strict=True) if low is level]
                assert len(scores) <= most
                assert scores == sorted(scores, reverse=True)
                assert all(LEAST_SCORE <= score < 1 for score in scores)


def test_only_whole_words_count(tmp_path: Path) -> None:
    tagger = Tagger(rules_of(tmp_path, "en", '[war]\nstrong = "war, art of war"'))
    for text in ("toward warm wars", "warfare", "the art ofwar", "war2", "wаr", "art, of"):
        assert tagger.tag(None, text, "en") == (), text
    for text in (
        "War",
        "“war”",
        "(war)",
        "post-war",
        "war's",
        "…war…",
        "★war★",
        "wAR😀",
        "wa\xadr",
    ):
        assert slugs(tagger.tag(None, text, "en")) == ["war"], text


def test_the_longest_term_takes_its_place(tmp_path: Path) -> None:
    terms = (
        '[war]\nstrong = "war"\n[trade]\nstrong = "trade war"\n[ignored]\nterms = "war of words"'
    )
    tagger = Tagger(rules_of(tmp_path, "en", terms))
    assert slugs(tagger.tag(None, "a trade war", "en")) == ["trade"]
    assert slugs(tagger.tag(None, "a war of words", "en")) == []
    assert slugs(tagger.tag(None, "a war of swords", "en")) == ["war"]


def test_stars_stand_for_beginnings_and_endings(tmp_path: Path) -> None:
    tagger = Tagger(
        rules_of(tmp_path, "de", '[war]\nstrong = "krieg*, *krieg, bewaffnet* konflikt*"')
    )
    text = "Kriegsschiffe im Bürgerkrieg: bewaffneter Konflikte, bewaffnet Der Konflikt"
    matches = tagger.tag(None, text, "de")
    assert surfaces(matches, "war") == ["Kriegsschiffe", "Bürgerkrieg", "bewaffneter Konflikte"]
    assert_evidence_holds(matches, None, text)


def test_clitics_may_be_joined_to_the_first_word(tmp_path: Path) -> None:
    tagger = Tagger(rules_of(tmp_path, "ar", 'clitics = "ال, و"\n[war]\nstrong = "حرب"'))
    assert surfaces(tagger.tag(None, "الحرب وحرب", "ar"), "war") == ["الحرب", "وحرب"]
    assert tagger.tag(None, "كالحرب", "ar") == ()


def test_chinese_terms_count_wherever_their_characters_stand(tmp_path: Path) -> None:
    tagger = Tagger(rules_of(tmp_path, "zh", '[war]\nstrong = "战争, WTO"'))
    text = "这场战争，WTO与战争。"
    matches = tagger.tag(None, text, "zh")
    assert surfaces(matches, "war") == ["战争", "WTO", "战争"]
    assert_evidence_holds(matches, None, text)
    assert tagger.tag(None, "AWTO WTOS", "zh") == ()


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("en", "Voters queued at polling stations for the general election.", "elections"),
        ("de", "Die Wähler gaben bei der Bundestagswahl ihren Stimmzettel ab.", "elections"),
        ("fr", "Les électeurs ont voté au second tour de l'élection présidentielle.", "elections"),
        ("es", "Los votantes acudieron a las urnas en las elecciones.", "elections"),
        ("ru", "Избиратели пришли на выборы, кандидаты ждали итогов голосования.", "elections"),
        ("zh", "选民在大选中投票，候选人等待选举结果。", "elections"),
        ("ar", "ينتظر الناخبون والمرشحون نتائج الانتخابات.", "elections"),
        ("hi", "मतदाता चुनाव के नतीजों का इंतजार कर रहे हैं।", "elections"),
        ("id", "Pemilih menunggu hasil pemilu di TPS.", "elections"),
        ("it", "Gli elettori aspettano i risultati delle elezioni.", "elections"),
        ("ja", "有権者は総選挙の開票を待っている。", "elections"),
        ("nl", "De kiezers wachten op de uitslag van de verkiezingen.", "elections"),
        ("pl", "Wyborcy czekają na wyniki wyborów.", "elections"),
        ("pt", "Os eleitores esperam o resultado das eleições.", "elections"),
        ("sw", "Wapiga kura wanasubiri matokeo ya uchaguzi.", "elections"),
        ("tr", "Seçmenler seçim sonuçlarını bekliyor.", "elections"),
        ("uk", "Виборці чекають на результати виборів.", "elections"),
        (
            "en",
            "The foreign minister flew to the summit to sign a bilateral treaty.",
            "international",
        ),
    ],
)
def test_topics_of_the_second_level_follow_with_their_own_words(
    language: str, text: str, found: str
) -> None:
    matches = tag_topics(None, text, language)
    assert slugs(matches)[0] == "politics"
    assert f"politics-{found}" in slugs(matches)
    assert_evidence_holds(matches, None, text)
    best, below = matches[0], next(m for m in matches if m.topic == f"politics-{found}")
    assert below.score < best.score
    assert {e.start for e in below.evidence} <= {e.start for e in best.evidence}


def test_the_second_level_changes_nothing_above_it() -> None:
    random.seed(8)
    rules = default_rules()
    for language in rules.terms:
        terms = [t for t in rules.terms[language] if t.topic not in rules.broader]
        top = tuple(topic for topic in rules.topics if topic.broader is None)
        alone = Tagger(rules._replace(topics=top, terms={language: tuple(terms)}))  # type: ignore
        below = 0
        for _ in range(100):
            text = ", ".join(t.text.replace("*", "") for t in random.choices(terms, k=12))
            matches = tag_topics(None, text, language)
            expected = alone.tag(None, text, language)
            assert matches[: len(expected)] == expected
            assert all(m.topic in rules.broader for m in matches[len(expected) :])
            below += len(matches) - len(expected)
        assert below > 50


def test_a_topic_below_is_claimed_under_a_claimed_one_alone(tmp_path: Path) -> None:
    head = HEAD + '[topics.battles]\nlabel = "battles"\nbroader = "war"\n'
    head += '[topics.truces]\nlabel = "truces"\nbroader = "war"\n'
    terms = (
        '[war]\nstrong = "battle, truce"\nweak = "army, navy"\n[trade]\nstrong = "tariff, levy"\n'
    )
    terms += '[battles]\nwords = "battle"\n[truces]\nwords = "truce"'
    (tmp_path / "ruleset.toml").write_text(head, "utf-8")
    (tmp_path / "en.toml").write_text(terms, "utf-8")
    tagger = Tagger(load_rules(tmp_path))

    def scores(text: str) -> list[tuple[str, float]]:
        return [(match.topic, match.score) for match in tagger.tag(None, text, "en")]

    assert scores("battle") == [("war", 0.8746), ("battles", 0.7649)]  # their product
    assert scores("battle truce") == [
        ("war", 0.9561),
        ("battles", 0.4773),  # strength 6 against 6: 0.4992
        ("truces", 0.4773),
    ]
    assert scores("army navy") == [("war", 0.7862)]
    assert scores("battle" + " tariff levy" * 3) == [("trade", 0.8891)]


@pytest.mark.parametrize(
    "text",
    [
        "İİİ ﬁﬁ ß: the ELECTION in the Senate",
        "😀🇪🇺👩‍👩‍👧 election — “senate”… ½ ²",
        "e\u0301lection election cafe\u0301 senate n\u0303",
        "\u0301\u0301election senate\u0327 election",
        "ｅｌｅｃｔｉｏｎ ＳＥＮＡＴＥ",
        "elec\xadtion the sen\xadate",
    ],
)
def test_offsets_survive_characters_that_change_their_length(text: str) -> None:
    matches = tag_topics(text, text, "en")
    assert slugs(matches)[:2] == ["politics", "politics-elections"]
    assert_evidence_holds(matches, text, text)


def test_evidence_is_found_where_it_says_in_any_text() -> None:
    random.seed(3)
    rules = default_rules()
    glue = [
        " ",
        " ",
        " ",
        "",
        "\n",
        ", ",
        "İ",
        "ß",
        "ﬁ ",
        "\u0301",
        "😀",
        "½",
        "\xad",
        "…",
        " الـ",
        "中",
    ]
    for language, terms in rules.terms.items():
        for _ in range(60):
            words = [t.text.replace("*", "") for t in random.choices(terms, k=12)]
            words = [random.choice((w, w.upper(), w.title())) for w in words]
            text = "".join(w + random.choice(glue) for w in words)
            title = "".join(random.choice(glue) + w for w in words[:3])
            matches = tag_topics(title, text, language)
            assert_evidence_holds(matches, title, text)
            assert matches == Tagger(rules).tag(title, text, language) if _ == 0 else True


def test_an_unknown_language_or_an_empty_article_has_no_topic() -> None:
    assert tag_topics(None, "The election of the president", "und") == ()
    assert tag_topics(None, "The election of the president", "fi") == ()
    assert tag_topics(None, None, "en") == ()
    assert tag_topics("", " \n", "en") == ()


def test_a_long_text_that_mentions_everything_is_about_little() -> None:
    random.seed(4)
    terms = [t.text for t in default_rules().terms["en"] if t.weight and "*" not in t.text]
    filler = ["of", "the", "and", "which", "therefore", "between", "although", "nothing"]
    words = random.choices(filler, k=19_000) + random.choices(terms, k=150)
    random.shuffle(words)
    assert len(tag_topics(None, " ".join(words), "en")) <= MOST_TOPICS
    assert tag_topics(None, " ".join(random.choices(filler, k=19_000) + terms[::200]), "en") == ()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("war " * 250_000, "en"),
        ("krieg" * 200_000, "de"),
        ("война\u0301" * 200_000, "ru"),
        ("战争" * 500_000, "zh"),
        ("½ß" * 500_000, "de"),
        ("\u0301\u0316" * 500_000, "en"),
    ],
)
def test_a_megabyte_of_one_thing_costs_little_and_keeps_little(text: str, language: str) -> None:
    began = perf_counter()
    matches = tag_topics(text, text, language)
    assert perf_counter() - began < 5.0  # 0.3 at most where it was written
    assert all(len(match.evidence) <= 6 for match in matches)


def test_nothing_is_read_beyond_the_longest_text() -> None:
    beyond = "x " * (LONGEST_TEXT // 2) + "election senate parliament " * 2000
    assert tag_topics(None, beyond, "en") == ()


@pytest.mark.parametrize(
    ("text", "best", "not_among"),
    [
        (
            "United beat City 3-1 in a battle of the two best attacks of the league. The striker "
            "shot from distance, the defence collapsed under fire; the captain spoke of a "
            "war of nerves.",
            "sport",
            {"conflict", "disaster", "crime"},
        ),
        (
            "Shares tumbled as investors feared the bank would be charged more for its debt. The "
            "stock market lost two per cent and analysts saw no sign of a recovery in earnings.",
            "economy",
            {"crime", "health", "conflict"},
        ),
        (
            "The minister won the vote by a landslide after a stormy debate in parliament; the "
            "opposition spoke of a political earthquake and a storm of protest.",
            "politics",
            {"disaster", "weather", "conflict"},
        ),
    ],
)
def test_figures_of_speech_do_not_make_a_topic(text: str, best: str, not_among: set[str]) -> None:
    found = slugs(tag_topics(None, text, "en"))
    assert found[0] == best
    assert not_among.isdisjoint(found)


def article(text: str, language: str | None) -> Article:
    detection = Detection(language, 1.0, "vote") if language else None
    return Article("-", "a" * 32, 1, 0, text=text, detection=detection)


def test_articles_are_tagged_in_their_language_and_left_alone_in_others() -> None:
    articles = [
        article("The senate voted after the election.", "en"),
        article("Nothing here.", "en"),
        article("The senate voted after the election.", "und"),
        article("The senate voted after the election.", None),
        article("Die Wahl zum Bundestag", "de"),
    ]
    with TestPipeline(runner="FnApiRunner") as pipeline:
        tagged = pipeline | beam.Create(articles) | TagTopics()
        topics = tagged | beam.Map(
            lambda a: (a.detection and a.detection[0], a.topics and [t[0] for t in a.topics])
        )
        kept = tagged | "Texts" >> beam.Map(lambda a: a.text)
        assert_that(
            topics | "Show" >> beam.Map(repr),
            equal_to(
                [
                    "('en', ['politics', 'politics-elections', 'politics-government'])",
                    "('en', ())",
                    "('und', None)",
                    "(None, None)",
                    "('de', ['politics', 'politics-elections', 'politics-government'])",
                ]
            ),
            label="topics",
        )
        assert_that(kept, equal_to([a.text for a in articles]), label="texts")


def test_articles_are_tagged_by_other_rules(tmp_path: Path) -> None:
    rules_of(tmp_path, "en", '[war]\nstrong = "election"')
    with TestPipeline(runner="FnApiRunner") as pipeline:
        tagged = pipeline | beam.Create([article("An election", "en")]) | TagTopics(tmp_path)
        assert_that(tagged | beam.Map(lambda a: a.topics[0][0]), equal_to(["war"]))


def test_a_wrong_rule_set_fails_when_the_graph_is_made(tmp_path: Path) -> None:
    with pytest.raises(RuleError):
        TagTopics(tmp_path)
