import re
from pathlib import Path

import pytest

from transforms.rules import RuleError, default_rules, load_rules

HEAD = """
name = "mine"
version = "7"
scheme = "my own"
[topics.storms]
label = "storms at sea"
"""


def write(folder: Path, english: str, head: str = HEAD) -> Path:
    (folder / "ruleset.toml").write_text(head, "utf-8")
    (folder / "en.toml").write_text(english, "utf-8")
    return folder


def test_the_shipped_rules_have_the_seventeen_topics_of_iptc() -> None:
    topics = [topic for topic in default_rules().topics if topic.broader is None]
    assert [topic.qcode for topic in topics] == [f"medtop:{n:02}000000" for n in range(1, 18)]
    assert " ".join(topic.slug for topic in topics) == (
        "arts crime disaster economy education environment health human-interest labour lifestyle "
        "politics religion science society sport conflict weather"
    )
    assert {topic.scheme for topic in default_rules().topics} == {"IPTC Media Topics"}
    assert all(topic.label and topic.description for topic in default_rules().topics)


def test_topics_of_the_second_level_are_named_for_those_above() -> None:
    below = [topic for topic in default_rules().topics if topic.broader is not None]
    assert len(below) == len({topic.qcode for topic in below}) == 44
    for topic in below:
        assert topic.slug.startswith(f"{topic.broader}-")
        assert re.fullmatch(r"medtop:2000\d{4}", topic.qcode or "")


@pytest.mark.parametrize("language", default_rules().terms)
def test_every_topic_of_the_second_level_has_terms_of_the_one_above(language: str) -> None:
    rules = default_rules()
    of_topic: dict[str, set[tuple]] = {}
    for term in rules.terms[language]:
        of_topic.setdefault(term.topic, set()).add(term[1:])
    for slug, above in rules.broader.items():
        assert of_topic[slug] < of_topic[above], slug


@pytest.mark.parametrize("language", "ar hi id it ja nl pl pt sw tr uk".split())
def test_every_topic_of_the_second_level_has_examples(language: str) -> None:
    rules = default_rules()
    wanted = {(e.topic, e.wanted) for e in rules.examples if e.language == language}
    assert wanted >= {(slug, way) for slug in rules.broader for way in (True, False)}


def test_every_topic_has_terms_and_examples_in_every_language() -> None:
    rules = default_rules()
    assert " ".join(rules.terms) == "ar de en es fr hi id it ja nl pl pt ru sw tr uk zh"
    for language, terms in rules.terms.items():
        for topic in rules.topics:
            if topic.broader is not None:
                continue
            assert sum(term.topic == topic.slug for term in terms) >= 60, (language, topic.slug)
            examples = [
                e for e in rules.examples if (e.language, e.topic) == (language, topic.slug)
            ]
            assert {e.wanted for e in examples} == {True, False}, (language, topic.slug)


def test_no_shipped_term_is_longer_as_written_than_as_found() -> None:
    # A sign before a star is blanked: "eu-*" would be "eu*", and so "europa" and "euter".
    for language, terms in default_rules().terms.items():
        assert [t.text for t in terms if re.search(r"[-+!](\*|$)", t.text)] == [], language


def test_no_shipped_term_mixes_scripts_that_look_alike() -> None:
    latin, cyrillic = re.compile("[a-z]"), re.compile("[\u0400-\u04ff]")
    for language, terms in default_rules().terms.items():
        words = [word for term in terms for word in term.folded.split()]
        assert [w for w in words if latin.search(w) and cyrillic.search(w)] == [], language


def test_terms_are_read_with_their_weight_and_stars(tmp_path: Path) -> None:
    rules = load_rules(
        write(tmp_path, '[storms]\nstrong = "High\\n Seas, gale*,"\nweak = "*wind, sea* state*"')
    )
    assert rules.terms["en"] == (
        ("storms", "High Seas", "high seas", 3.0, False, False),
        ("storms", "gale*", "gale", 3.0, False, True),
        ("storms", "*wind", "wind", 1.0, True, False),
        ("storms", "sea* state*", "sea* state", 1.0, False, True),
    )


BELOW = HEAD + '[topics.gales]\nlabel = "gales"\nbroader = "storms"\n'


def test_words_choose_among_the_terms_of_the_broader_topic(tmp_path: Path) -> None:
    terms = '[storms]\nstrong = "gale force winds, gales, sea gale*, high seas"\nweak = "wind"'
    for words, chosen in (
        ("gale", ["gale force winds", "sea gale*"]),
        ("gale*", ["gale force winds", "gales", "sea gale*"]),
        ("force winds, wind", ["gale force winds", "wind"]),
        ("*ale force", ["gale force winds"]),
    ):
        rules = load_rules(write(tmp_path, f'{terms}\n[gales]\nwords = "{words}"', BELOW))
        mine = [term for term in rules.terms["en"] if term.topic == "gales"]
        assert [term.text for term in mine] == chosen
        above = {term[1:] for term in rules.terms["en"] if term.topic == "storms"}
        assert {term[1:] for term in mine} <= above
        assert rules.broader == {"gales": "storms"}


def test_the_version_follows_the_content_and_nothing_else(tmp_path: Path) -> None:
    first = load_rules(write(tmp_path, '[storms]\nstrong = "gale, squall"')).version
    same = load_rules(write(tmp_path, '# words\n[storms]\nstrong = "squall,\\n gale"')).version
    other = load_rules(write(tmp_path, '[storms]\nstrong = "gale, squalls"')).version
    assert first == same != other
    assert first.startswith("7-")
    assert len(first) == len("7-12345678")


@pytest.mark.parametrize(
    ("english", "complaint"),
    [
        ('[strom]\nstrong = "gale"', "[strom]: no such topic; did you mean 'storms'?"),
        ('[storms]\nstong = "gale"', "[storms] stong: no such weight; did you mean 'strong'?"),
        ("[storms]\nstrong = 3", "[storms] strong: must be one text, terms between commas"),
        ('[storms]\nstrong = "gale,,squall"', "an empty term; remove the comma too many"),
        ('[storms]\nstrong = "gale, ?!"', "'?!' has no letter or digit; remove it"),
        (
            '[storms]\nstrong = "gale, * gale"',
            "'* gale': a star may only end a word, or begin the first",
        ),
        ('[storms]\nstrong = "ga*le"', "'ga*le': a star may only end a word, or begin the first"),
        ('[storms]\nstrong = "*le"', "'*le' would match too much; write its first word in full"),
        ('[storms]\nstrong = "gale"\nweak = "GALE"', "weak: 'GALE' is there twice; remove one"),
        (
            '[storms]\nstrong = "gale"\n[ignored]\nterms = "gale"',
            "[storms] strong: 'gale' is ignored; remove one",
        ),
        ('[storms]\nstrong = "gale"\n[storms.examples]\nmust = ["a"]', "must be match or never"),
        ('[storms]\nstrong = "gale"\n[storms.examples]\nmatch = "a"', "must be a list of texts"),
        ('[storms]\nstrong = "gale"\nexamples = "a"', "examples: must be a table"),
        ("[storms", "not readable as TOML in UTF-8"),
    ],
)
def test_a_wrong_file_is_refused_with_file_entry_and_remedy(
    tmp_path: Path, english: str, complaint: str
) -> None:
    with pytest.raises(RuleError) as error:
        load_rules(write(tmp_path, english))
    assert str(error.value).startswith(str(tmp_path / "en.toml"))
    assert complaint in str(error.value)


@pytest.mark.parametrize(
    ("head", "complaint"),
    [
        ("", 'add a line name = "..."'),
        (HEAD.split("[")[0], "no topics; add a table such as [topics.politics]"),
        (HEAD + 'broader = "seas"', "[topics.storms] broader: there is no topic 'seas'"),
        (
            BELOW + '[topics.squalls]\nlabel = "squalls"\nbroader = "gales"',
            "[topics.squalls] broader: 'gales' has a broader one itself",
        ),
        (HEAD + 'colour = "blue"', "[topics.storms] colour: unknown"),
        (HEAD.replace("storms]", "Storms]"), "[topics.Storms]: use lower-case words"),
    ],
)
def test_a_wrong_head_is_refused(tmp_path: Path, head: str, complaint: str) -> None:
    with pytest.raises(RuleError) as error:
        load_rules(write(tmp_path, '[storms]\nstrong = "gale"', head))
    assert complaint in str(error.value)


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        ('words = "gale, squall"', "[gales] words: 'squall' is in no term; remove it"),
        ('strong = "gale"', "[gales] strong: no such weight; there are words"),
    ],
)
def test_wrong_words_are_refused(tmp_path: Path, table: str, complaint: str) -> None:
    with pytest.raises(RuleError) as error:
        load_rules(write(tmp_path, f'[storms]\nstrong = "gale"\n[gales]\n{table}', BELOW))
    assert complaint in str(error.value)


def test_a_folder_without_rules_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="no such file; a rule set is a folder"):
        load_rules(tmp_path / "nowhere")
    (tmp_path / "ruleset.toml").write_text(HEAD, "utf-8")
    with pytest.raises(RuleError, match="no terms; add a file for a language"):
        load_rules(tmp_path)
