"""What was found in one article of what topics of one's own ask for, and where it is stored."""

from __future__ import annotations

from operator import itemgetter
from typing import NamedTuple

from records import Evidence
from transforms.block import Field
from transforms.ownrules import Entry
from transforms.places import Span, bytes_to_stored, folded_to_stored, stored_bytes
from transforms.proximity import near_places

MOST_EVIDENCE = 20  # places kept for a topic, of which
MOST_PLACES_OF_AN_ENTRY = 3  # in the title, and as many in the text

Places = dict[int, list[Span]]  # by phrase or need: ascending
Both = tuple[list[Span], list[Span]]  # places in the title, in the text
_NOWHERE: Both = ([], [])
Met = list[tuple[Entry, Both]]  # what was asked for and found


class Need(NamedTuple):
    """One entry of a topic, with its phrases as numbers."""

    topic: int
    role: str
    entry: Entry
    left: tuple[int, ...]
    right: tuple[int, ...]


class Found:
    """What was found in one article, as the topics ask for it."""

    def __init__(
        self,
        needs: list[Need],
        unspaced: bool,
        fields: tuple[Field, Field],
        places: tuple[Places, Places],
        regexes: tuple[Places, Places],
    ) -> None:
        self._needs, self._unspaced = needs, unspaced
        self._fields, self.places, self.regexes = fields, places, regexes

    def spans(self, need: int, ignored: Both) -> Both:
        """Where a need is met in title and text: folded bytes, of a regular expression stored."""
        _, _, entry, left, right = self._needs[need]
        if entry.expression.regex:
            title, text = (places.get(need, []) for places in self.regexes)
            if (title or text) and (ignored[0] or ignored[1]):
                apart = self._stored(0, ignored[0]), self._stored(1, ignored[1])
                return _without(title, apart[0]), _without(text, apart[1])
            return title, text
        in_title = _of_any(left, self.places[0], ignored[0])
        in_text = _of_any(left, self.places[1], ignored[1])
        if not right:
            return in_title, in_text
        return self._near(0, in_title, right, entry, ignored), self._near(
            1, in_text, right, entry, ignored
        )

    def _near(
        self, field: int, left: list[Span], right: tuple[int, ...], entry: Entry, ignored: Both
    ) -> list[Span]:
        if not left:
            return left
        others = _of_any(right, self.places[field], ignored[field])
        data = self._fields[field].folded.data
        return near_places(data, left, others, entry.expression, self._unspaced)

    def _stored(self, field: int, spans: list[Span]) -> list[Span]:
        """Places in the folded text as bytes of the stored one, where expressions match."""
        _, value, folded = self._fields[field]
        places = folded_to_stored(folded, spans).values()
        return stored_bytes(value, sorted(places))

    def spans_of_all(self, phrases: frozenset[int]) -> Both:
        """Where any of the phrases stand in title and text."""
        if not phrases:
            return _NOWHERE
        title, text = self.places
        return (
            _of_any(tuple(p for p in title if p in phrases), title, []),
            _of_any(tuple(p for p in text if p in phrases), text, []),
        )

    def evidence(self, claims: list[Met]) -> list[tuple[Evidence, ...]]:
        """For each claim the places it rests on in the stored fields, title first, in order."""
        found: list[list[Evidence]] = [[] for _ in claims]
        for index, field in enumerate(self._fields):
            folded: list[Span] = []
            stored: list[Span] = []
            for met in claims:
                for entry, spans in met:
                    if spans[index]:
                        some = spans[index][:MOST_PLACES_OF_AN_ENTRY]
                        (stored if entry.expression.regex else folded).extend(some)
            originals = folded_to_stored(field.folded, folded) if folded else {}
            characters = bytes_to_stored(field.value, stored) if stored else {}
            for met, evidence in zip(claims, found, strict=True):
                places = [
                    (*(characters if entry.expression.regex else originals)[span], entry)
                    for entry, spans in met
                    for span in spans[index][:MOST_PLACES_OF_AN_ENTRY]
                ]
                places.sort(key=itemgetter(0, 1))
                for begin, stop, entry in places[: MOST_EVIDENCE - len(evidence)]:
                    written, surface = entry.expression.written, field.value[begin:stop]
                    length = stop - begin
                    evidence.append(
                        Evidence(written, surface, field.name, begin + 1, length, entry.weight)
                    )
        return [tuple(evidence) for evidence in found]


def _of_any(phrases: tuple[int, ...], places: Places, ignored: list[Span]) -> list[Span]:
    """The places of any of the phrases, ascending, without those within an ignored one."""
    if len(phrases) == 1:
        spans = places.get(phrases[0], [])
    else:
        spans = sorted({span for phrase in phrases for span in places.get(phrase, ())})
    return _without(spans, ignored) if ignored else spans


def _without(spans: list[Span], ignored: list[Span]) -> list[Span]:
    """The places that do not lie within an ignored one."""
    return [s for s in spans if not any(i[0] <= s[0] and s[1] <= i[1] for i in ignored)]
