import pytest

from transforms.topics import default_tagger, tag_topics


def evidence(text: str, language: str, title: str | None = None) -> list[str]:
    """The surfaces of every term that counts."""
    matches = default_tagger().considered(title, text, language)
    return sorted({e.surface for match in matches for e in match.evidence})


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "It is so.\nRead also: Chelsea win the cup final\nSo it is."),
        ("en", "It is so. READ MORE: Football coach sacked. So it is."),
        ("en", "It is so.\nRelated articles\nFootball cup final\nTennis title\nSo it is, for us."),
        ("en", "Home | News | Sport | Business | Weather\nIt is so."),
        ("en", "Sport • Football • Cricket • Tennis\nIt is so."),
        ("en", "News\nSport\nBusiness\nWeather\nFootball\nIt is so, and stays so."),
        ("en", "It is so.\nTags: football, cricket, hospital"),
        ("en", "It is so. Sign up for our football newsletter every day. So it is."),
        ("en", "It is so. We use cookies to show football scores. So it is."),
        ("de", "So ist es.\nLesen Sie auch: Fußball im Stadion\nEs ist so."),
        ("de", "Schlagwörter: Fußball, Olympia\nSo ist es."),
        ("de", "Wir verwenden Cookies für Fußball. So ist es."),
        ("fr", "C'est vrai. Lire aussi : Le football en finale. Oui."),
        ("es", "Es verdad.\nLea también: La final de fútbol\nSí."),
        ("it", "È vero.\nLeggi anche: La finale di calcio\nSì."),
        ("pt", "É verdade.\nLeia também: A final do futebol\nSim."),
        ("nl", "Het is zo.\nLees ook: De finale van het voetbal\nJa."),
        ("pl", "To prawda.\nCzytaj także: Finał piłki nożnej\nTak."),
        ("ru", "Это так.\nЧитайте также: Финал чемпионата по футболу\nДа."),
        ("uk", "Це так.\nЧитайте також: Фінал чемпіонату з футболу\nТак."),
        ("ar", "هذا صحيح.\nاقرأ أيضا: نهائي كرة القدم\nنعم."),
        ("hi", "सच है।\nयह भी पढ़ें: फुटबॉल का फाइनल\nहाँ।"),
        ("id", "Itu benar.\nBaca juga: Final sepak bola\nYa."),
        ("tr", "Doğru.\nİlgili haberler: Futbol finali\nEvet."),
        ("sw", "Ni kweli.\nSoma pia: Fainali ya soka\nNdiyo."),
        ("zh", "是这样。\n相关阅读：足球比赛\n是的。"),
        ("ja", "そうです。\n関連記事：サッカーの試合\nはい。"),
    ],
)
def test_what_sites_put_among_the_text_is_no_evidence(language: str, text: str) -> None:
    assert "sport" not in {m.topic for m in default_tagger().considered(None, text, language)}


@pytest.mark.parametrize(
    ("language", "text", "counted"),
    [
        ("hi", "फुटबॉल का फाइनल हुआ। हमारा न्यूज़लेटर पढ़ें। यह सच है।", "फुटबॉल"),
        ("ar", "هل انتهت كرة القدم؟ اشترك في النشرة. نعم.", "كرة القدم"),
    ],
)
def test_a_notice_takes_its_own_sentence_alone(language: str, text: str, counted: str) -> None:
    assert counted in evidence(text, language)


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("In the report, see also the section on football.", ["football"]),
        ("Football: related clubs met.", ["Football", "clubs"]),
        ("Cricket | Football", ["Cricket", "Football"]),
        ("Football\nCricket\nTennis", ["Cricket", "Football", "Tennis"]),
        ("The tags on the football shirts.", ["football"]),
        ("Read also: a book. The football coach came" + " so" * 80, ["coach", "football"]),
    ],
)
def test_what_only_looks_like_an_aside_counts(text: str, counted: list[str]) -> None:
    matches = {m.topic: m for m in default_tagger().considered(None, text, "en")}
    assert sorted({e.surface for e in matches["sport"].evidence}) == counted


@pytest.mark.parametrize(
    ("language", "topic", "lines"),
    [
        (
            "en",
            "sport",
            ["Chelsea win cup final", "United lose derby", "Striker out for season"] * 2,
        ),
        (
            "zh",
            "sport",
            ["国足世界杯预选赛取得胜利", "女排联赛决赛今晚打响", "马拉松冠军打破纪录"] * 2,
        ),
    ],
)
def test_short_headlines_are_no_menu(language: str, topic: str, lines: list[str]) -> None:
    matches = default_tagger().considered(None, "\n".join(lines), language)
    assert topic in {m.topic for m in matches}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "This is not about football. It has nothing to do with the Olympics."),
        ("en", "It isn't a tournament."),
        ("de", "Das ist kein Fußball, es geht nicht um Olympia."),
        ("fr", "Ce n'est pas du football, rien à voir avec les jeux olympiques."),
        ("es", "No se trata de fútbol, nada que ver con el fútbol."),
        ("it", "Non si tratta di calcio."),
        ("pt", "Não se trata de futebol."),
        ("nl", "Het gaat niet over voetbal."),
        ("pl", "To nie futbol."),
        ("ru", "Это не про футбол, ничего общего с футболом."),
        ("uk", "Це не про футбол."),
        ("sw", "Hii si kuhusu soka."),
        ("id", "Ini bukan sepak bola."),
        ("zh", "这不是足球。"),
        ("hi", "यह फुटबॉल के बारे में नहीं है। यह फुटबॉल नहीं है।"),
        ("ja", "これはサッカーではない。野球の話ではありません。サッカーとは関係ない。"),
        ("ja", "サッカーではなく、別のことだ。"),
        ("tr", "Bu haber futbolla ilgili değil, futbol ile ilgisi yok. Bu futbol değil."),
    ],
)
def test_a_term_that_is_denied_is_no_evidence(language: str, text: str) -> None:
    assert "sport" not in {m.topic for m in default_tagger().considered(None, text, language)}


@pytest.mark.parametrize(
    ("language", "text", "counted"),
    [
        ("hi", "सिर्फ फुटबॉल नहीं है।", ["फुटबॉल"]),
        ("ja", "サッカーではないか。サッカーだけではない。", ["サッカー", "サッカー"]),
        ("tr", "Sadece futbol değil. Futbol, değil mi?", ["Futbol", "futbol"]),
    ],
)
def test_not_only_is_no_denial(language: str, text: str, counted: list[str]) -> None:
    matches = {m.topic: m for m in default_tagger().considered(None, text, language)}
    assert sorted(e.surface for e in matches["sport"].evidence) == counted


def test_what_did_not_happen_is_still_a_topic() -> None:
    assert "arrested" in evidence("The man was not arrested by the police.", "en")
    assert evidence("No deaths were reported.", "en") == ["deaths"]


def test_evidence_beside_an_aside_keeps_its_place() -> None:
    text = "“İstanbul”\nRead also: Chelsea win the cup final — again\nThe senate met, and voted."
    for match in tag_topics("Election", text, "en"):
        for e in match.evidence:
            stored = "Election" if e.field == "title" else text
            assert stored[e.start - 1 : e.start - 1 + e.length] == e.surface
    assert "senate" in evidence(text, "en")
    assert "cup final" not in evidence(text, "en")


@pytest.mark.parametrize(
    "text",
    ["subscribe to our football " * 4000, "read also: football " * 5000, "|a football" * 9000]
    + ["football\n" * 11_000, "tags: football\n" * 6000, "not a football " * 6000],
)
def test_asides_without_end_are_passed_over(text: str) -> None:
    assert len(text) > 70_000
    assert "sport" not in {m.topic for m in tag_topics(None, text, "en")}
