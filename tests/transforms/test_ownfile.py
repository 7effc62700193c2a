"""A file of topics of one's own: what it says, and how a wrong one is refused."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter

import pytest

from transforms.ownfile import MOST_TERMS, read_own
from transforms.ownrules import OwnRules
from transforms.rules import RuleError, Topic, default_rules
from transforms.topicrules import load_topics

HEAD = 'name = "mine"\n'
SAMPLES = Path(__file__).parents[2] / "samples" / "topics"


def write(folder: Path, content: str | bytes) -> Path:
    path = folder / "mine.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(folder: Path, topics: str, head: str = HEAD) -> OwnRules:
    return read_own(write(folder, head + topics), default_rules())


def refused(folder: Path, content: str | bytes) -> str:
    """The complaint, with the folder taken away; within a time that no hang would keep to."""
    began = perf_counter()
    with pytest.raises(RuleError) as error:
        load_topics(write(folder, content))
    assert perf_counter() - began < 20
    assert "\x00" not in str(error.value)
    assert len(str(error.value)) < 700
    return str(error.value).replace(f"{folder}/", "")


@pytest.mark.parametrize("file", sorted(SAMPLES.glob("*.toml")), ids=lambda path: path.name)
def test_the_samples_are_right_and_their_examples_hold(file: Path) -> None:
    assert load_topics(file).own is not None


def test_a_topic_is_a_row_of_the_table_with_the_name_of_the_file_for_its_scheme(
    tmp_path: Path,
) -> None:
    rules = read(
        tmp_path,
        '[topics.ports]\nlabel = "Ports"\ndescription = "All"\nany = ["port"]\n'
        '[topics.strikes]\nlabel = "Strikes"\nbroader = "ports"\nany = ["strike"]\n'
        '[topics.wages]\nlabel = "Wages"\nbroader = "labour"\nall = ["wage*"]\n',
    )
    assert rules.topics == (
        Topic("ports", None, "Ports", None, "mine", "All"),
        Topic("strikes", None, "Strikes", "ports", "mine", ""),
        Topic("wages", None, "Wages", "labour", "mine", ""),
    )
    assert rules.default_topics


def test_the_version_follows_the_rules_and_not_the_comments_and_examples(tmp_path: Path) -> None:
    def version(topics: str, head: str = HEAD) -> str:
        return read(tmp_path, topics, head).version

    first = version('[topics.a]\nlabel = "A"\nany = ["x"]')
    assert first == version('# words\n[topics.a]\nany = ["x"]\nlabel = "A"\nmust-match = ["x"]')
    assert first.startswith("1-")
    assert len(first) == len("1-12345678")
    others = [
        version('[topics.a]\nlabel = "A"\nany = ["y"]'),
        version('[topics.a]\nlabel = "A"\nany = [{ term = "x", weight = 2 }]'),
        version('[topics.a]\nlabel = "A"\nany = ["x"]\nlanguages = ["en"]'),
        version('[topics.a]\nlabel = "A"\nany = ["x"]', HEAD + "default-topics = false\n"),
        version('[topics.a]\nlabel = "A"\nany = ["x"]', HEAD + 'version = "2"\n'),
    ]
    assert len({first, *others}) == 6


def test_with_default_topics_false_the_slugs_of_newsbeam_are_free(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        HEAD + 'default-topics = false\n[topics.politics]\nlabel = "P"\nany = ["vote"]',
    )
    topics = load_topics(path)
    assert topics.rules is None
    assert [topic.slug for topic in topics.topics] == ["politics"]
    assert topics.version == f"mine {topics.own.version}"  # type: ignore[union-attr]


A = '[topics.a]\nlabel = "A"\n'


@pytest.mark.parametrize(
    ("topics", "complaint"),
    [
        ("", "1: no topics; add a table such as [topics.port-strikes]"),
        ('[topics.a]\nany = ["x"]', '2: [topics.a]: add a line label = "..."'),
        (A, "2: [topics.a]: looks for nothing; add any = [...] or all = [...]"),
        (A + 'none = ["x"]', "2: [topics.a]: looks for nothing"),
        (A + "any = []", "4: [topics.a] any: an empty list"),
        (A + 'any = "x"', '4: [topics.a] any: must be a list, such as any = ["port strike"]'),
        (A + "any = [3]", "4: [topics.a] any: a term is a text in quotation marks"),
        (A + 'any = ["x",\n"y",\n""]', "6: [topics.a] any: an empty term; remove it"),
        (A + 'any = ["x",\n"y", " x "]', "5: [topics.a] any: x is there twice; remove one"),
        (A + 'any = ["?!"]', "'?!' has a part without letter or digit; remove it"),
        (A + 'any = ["x | "]', "an empty term beside a |; remove the |"),
        (A + 'any = ["a*b"]', "'a*b': a star may only end a word, or begin the first"),
        (A + 'any = ["*"]', "has a part without letter or digit"),
        (A + 'any = ["a*"]', "'a*' would match too much; write more of its last word"),
        (A + 'any = ["*ab"]', "'*ab' would match too much; write its first word in full"),
        (A + 'any = ["a\\u0007b"]', "control character U+0007 in a term; remove it"),
        (A + 'any = ["x near/5 y near/5 z"]', "one near/ or before/ only; put the other in `all`"),
        (A + 'any = ["x near/0 y"]', "a distance is a number from 1 to 100"),
        (A + 'any = ["x near/101 y"]', "a distance is a number from 1 to 100"),
        (A + 'any = ["x near/ y"]', "a distance is a number from 1 to 100"),
        (A + 'any = ["near/3 y"]', "near/ needs a term on either side"),
        (A + 'any = ["x w/5 y"]', "write the distance as in: dock near/10 strike"),
        (A + 'any = ["x near/5 /y/"]', "a regular expression stands alone"),
        (A + "any = ['/(/']", "'/(/': missing )"),
        (A + "any = ['/(?=x)y/']", "RE2 has neither look-around nor back-references"),
        (A + "any = ['/(x)\\1/']", "RE2 has neither look-around nor back-references"),
        (A + "any = ['/x*/']", "'/x*/' matches even where there is nothing"),
        (A + "any = ['/((a{100}){100}){100}/']", "invalid repetition size"),
        (A + "any = ['/\\pL{1,90}z/']", "steps, 5,000 at most: smaller repetitions"),
        (A + "any = ['/порт\\b/']", "\\b and \\w know ASCII only; whole words are matched anyway"),
        (A + "match = 'stem'\nany = ['/x/']", "a regular expression has match = 'word' or 'case'"),
        (A + 'match = "stam"\nany = ["x"]', "4: [topics.a] match: must be one of"),
        (A + 'match = "stam"\nany = ["x"]', "did you mean 'stem'?"),
        (A + 'any = [{ trem = "x" }]', "4: [topics.a] any: unknown key; did you mean 'term'?"),
        (A + 'any = [{ term = "x", terms = ["y"] }]', "write either term"),
        (A + "any = [{ weight = 2 }]", "write either term"),
        (A + 'any = [{ term = "x", weight = 0 }]', "weight must be a number above 0"),
        (A + 'any = [{ term = "x", weight = nan }]', "weight must be a number above 0"),
        (A + 'any = [{ term = "x", weight = true }]', "weight must be a number above 0"),
        (A + 'any = ["x"]\nnone = [{ term = "y", weight = 2 }]', "a term in none has no weight"),
        (A + 'any = ["x"]\nignore = ["/y/"]', "ignore takes plain terms only"),
        (A + 'any = ["x"]\nnone = ["X!"]', "5: [topics.a] none: X! is also in any; remove one"),
        (A + 'all = ["x"]\nignore = ["x"]', "5: [topics.a] ignore: x is also in all; remove one"),
        (A + 'any = ["x"]\nminimum = 4', "minimum: 4 is never reached; 4 is the most there is"),
        (A + 'any = ["x"]\nminimum = -1', "minimum: must be a number of 0 or more"),
        (A + 'any = ["x"]\nlanguages = ["english"]', "english is no ISO 639 code"),
        (A + 'any = ["x"]\nlanguages = [\n"de", "ua"]', "6: [topics.a] languages: ua is no ISO"),
        (A + 'any = ["x"]\nlanguages = ["jp"]', "did you mean 'ja'?"),
        (A + 'any = ["x"]\nlanguages = []', "languages: must be a list of texts"),
        (
            A + 'languages = ["de"]\nany = [{ term = "x", languages = ["en"] }]',
            "5: [topics.a] any: en: not among the topic's languages",
        ),
        (A + 'any = ["x"]\noutlets = "Post"', "outlets: must be a list of texts"),
        (A + 'any = ["x"]\nbroader = "labor"', "labor: no such topic; did you mean 'labour'?"),
        (A + 'any = ["x"]\nbroader = "a"', "a: a topic is not broader than itself"),
        (
            A + 'any = ["x"]\nbroader = "b"\n[topics.b]\nlabel = "B"\nany = ["y"]\nbroader = "a"',
            "broader: goes in a circle: a is under b is under a",
        ),
        (A + 'any = ["x"]\nlanguage = ["en"]', "unknown key; did you mean 'languages'?"),
        (A + 'any = ["x"]\nmust_match = ["x"]', "unknown key; did you mean 'must-match'?"),
        (A + 'any = ["x"]\nmust-match = ["x",\n"y"]', "6: [topics.a] must-match: nothing of `any`"),
        (A + 'all = ["x", "y"]\nmust-match = ["x"]', "must-match: of `all` it lacks 'y'"),
        (A + 'any = ["x"]\nnone=["z"]\nmust-match = ["x z"]', "of `none` there is 'z'"),
        (A + 'any = ["x"]\nminimum=1\nmust-match = ["y"]', "must-match: nothing of `any` is there"),
        (
            A + 'any = ["x"]\nminimum=2\nmust-match = ["x"]',
            "its points stay below the minimum of 2",
        ),
        (
            A + 'any = ["x"]\noutlets=["P"]\nmust-match = [{ text = "x", outlet = "Q" }]',
            "it is for p only, not for Q",
        ),
        (
            A + 'any = ["x"]\nlanguages=["de"]\nmust-match = [{ text = "x", language = "en" }]',
            "its languages are others than en",
        ),
        (A + 'any = ["x"]\nmust-not-match = ["an X"]', "must-not-match: it matches, by 'X'"),
        (A + 'any = ["x"]\nmust-match = "x"', "must-match: must be a list of texts"),
        (A + 'any = ["x"]\nmust-match = [{ language = "en" }]', "needs a text or a title"),
        (A.replace('"A"', '"A\\u202e"') + 'any = ["x"]', "control character U+202E; remove it"),
        (
            '[topics.A]\nlabel = "A"\nany = ["x"]',
            "2: [topics.A]: use lower-case words with hyphens",
        ),
        ('[topics."a\\u0000"]\nlabel = "A"', "use lower-case words with hyphens"),
        ('[topics.sport]\nlabel = "A"\nany = ["x"]', "newsbeam's own rules have a topic sport"),
        ("[topics]\na = 3", "3: [topics.a]: must be a table, [topics.a]"),
        (A + 'any = ["x"]\n' + A, "5: [topics.a] is there twice; rename one"),
        (A + "any = [", "not TOML: Invalid value"),
        ("topic = 3", "2: topic: unknown key; did you mean 'topics'?"),
        ("default-topics = 1", "2: must be true or false"),
    ],
)
def test_a_wrong_file_is_refused_with_line_reason_and_remedy(
    tmp_path: Path, topics: str, complaint: str
) -> None:
    said = refused(tmp_path, HEAD + topics)
    assert said.startswith("mine.toml:")
    assert complaint in said


@pytest.mark.parametrize(
    ("head", "complaint"),
    [
        ("", 'mine.toml:1: add a line name = "..."'),
        ('name = "My Own"', "mine.toml:1: My Own: use lower-case words with hyphens"),
        ('name = "medtop"', "mine.toml:1: medtop: newsbeam's own rules are called so"),
        ("name = 3", "mine.toml:1: name must be a text in quotation marks"),
    ],
)
def test_a_wrong_head_is_refused(tmp_path: Path, head: str, complaint: str) -> None:
    assert complaint in refused(tmp_path, head + "\n" + A + 'any = ["x"]')


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"\xff\xfe", "mine.toml:1: not in UTF-8 (invalid start byte)"),
        (b'name = "a"\n# \xe9', "mine.toml:2: not in UTF-8"),
        (b"\x00" * 1000, "mine.toml:1: not TOML"),
        (b"{" * 100_000, "mine.toml:1: not TOML"),
        (b"x = " + b"[" * 100_000, "mine.toml:1: nesting: 8 at most"),
        (b"x = " + b"{y=" * 100_000, "mine.toml:1: nesting: 8 at most"),
        (b"a." * 300_000 + b"a = 1", "mine.toml:1: a key of that many parts: 8 at most"),
        (b"[" + b"a." * 300_000 + b"a]", "mine.toml:1: a key of that many parts: 8 at most"),
        (b"x = " + b"9" * 100_000, "mine.toml:1: not TOML: Exceeds the limit"),
        (b'x = """' + b'\\"""' * 100_000, "not TOML: Unterminated string"),
        (b"x = '" + b"y" * 9_000_000 + b"'", "mine.toml: larger than 8 MB; divide it"),
    ],
    ids=lambda value: repr(value[:12]),
)
def test_a_hostile_file_is_refused_soon(tmp_path: Path, content: bytes, complaint: str) -> None:
    assert complaint in refused(tmp_path, content)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"nowhere\.toml: No such file"):
        load_topics(tmp_path / "nowhere.toml")


def test_a_term_a_regular_expression_and_a_label_have_a_longest_length(tmp_path: Path) -> None:
    megabyte = "x" * 1_000_000
    for topics, complaint in [
        (A + f'any = ["{megabyte}"]', "too long; a term has 200 characters"),
        (A + f'any = ["{"x " * 300}"]', "too long; a term has 200 characters at most"),
        (A + f"any = ['/{megabyte}/']", "too long; 1000 characters at most"),
        (f'[topics.a]\nlabel = "{megabyte}"', "label is too long (1,000,000 characters)"),
        (f'[topics.{"a" * 51}]\nlabel = "A"', "use lower-case words with hyphens"),
    ]:
        assert complaint in refused(tmp_path, HEAD + topics)


def test_as_many_terms_as_are_allowed_are_read_and_one_more_is_refused(tmp_path: Path) -> None:
    terms = ", ".join(f'"term {number}"' for number in range(MOST_TERMS))
    assert len(read(tmp_path, f"{A}any = [{terms}]").rules[0].any) == MOST_TERMS
    said = refused(tmp_path, f'{HEAD}{A}any = [{terms}, "one more"]')
    assert "the file has more than 100,000 terms" in said


def test_as_many_regular_expressions_as_are_allowed_and_no_more(tmp_path: Path) -> None:
    patterns = ", ".join(f"'/a{number}b+/'" for number in range(501))
    assert "more than 500 regular expressions" in refused(tmp_path, f"{HEAD}{A}any = [{patterns}]")


def test_a_byte_order_mark_and_windows_line_ends_are_welcome(tmp_path: Path) -> None:
    content = (HEAD + A + 'any = ["x",\n3]').replace("\n", "\r\n").encode("utf-8-sig")
    assert refused(tmp_path, content).startswith("mine.toml:5: [topics.a] any: a term is a text")
