"""The source of the unbounded graph: a tick every so often, until it is told to stop."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any, NamedTuple

import apache_beam as beam
from apache_beam.io.restriction_trackers import OffsetRange, OffsetRestrictionTracker
from apache_beam.io.watermark_estimators import ManualWatermarkEstimator
from apache_beam.pvalue import PBegin, PCollection
from apache_beam.transforms.core import RestrictionProvider
from apache_beam.transforms.window import TimestampedValue
from apache_beam.utils.timestamp import Timestamp

from sources.control import ControlFile

_FOR_EVER = 2**53


class Tick(NamedTuple):
    """One moment at which the graph looks for what is new; microseconds."""

    at: int  # since 1970
    every: int  # from one tick to the next


def is_over(tick: Tick) -> bool:
    """Whether a later tick is there already: what this one would find, that one does."""
    return time.time_ns() // 1000 >= tick.at + 2 * tick.every


class Ticks(beam.PTransform):
    """PCollection[Tick], unbounded: one each `every` seconds, at its own event time.

    Ticks that nobody had time for are left out, not made up for. Once the control file says to
    stop, or is gone, there are no more: the watermark goes to the end, every window closes, and
    the pipeline is done.
    """

    def __init__(self, every: float, control: str) -> None:
        super().__init__()
        if every <= 0:
            raise ValueError(f"every is {every} seconds; it has to be more than none")
        self._every = round(every * 1e6)
        self._control = control

    def expand(self, begin: PBegin) -> PCollection[Tick]:
        return (
            begin
            | "Start" >> beam.Create([self._every], reshuffle=False)
            | "Tick" >> beam.ParDo(_Ticking(self._control)).with_output_types(Tick)
        )


class _Multiples(RestrictionProvider):
    """Which multiples of the interval are still to come."""

    def initial_restriction(self, every: int) -> OffsetRange:
        return OffsetRange(time.time_ns() // 1000 // every, _FOR_EVER)

    def create_tracker(self, restriction: OffsetRange) -> OffsetRestrictionTracker:
        return OffsetRestrictionTracker(restriction)

    def restriction_size(self, every: int, restriction: OffsetRange) -> int:
        return 1

    def truncate(self, every: int, restriction: OffsetRange) -> None:
        """A runner that drains wants no more of them."""


_TRACKER = beam.DoFn.RestrictionParam(_Multiples())
_ESTIMATOR = beam.DoFn.WatermarkEstimatorParam(ManualWatermarkEstimator.default_provider())


class _Ticking(beam.DoFn):
    def __init__(self, control: str) -> None:
        self._path = control

    def setup(self) -> None:
        self._control = ControlFile(self._path)

    @beam.DoFn.unbounded_per_element()
    def process(
        self,
        every: int,
        tracker: Any = _TRACKER,
        estimator: Any = _ESTIMATOR,
    ) -> Iterator[TimestampedValue]:
        if self._control.now().stop:
            tracker.try_claim(_FOR_EVER)
            return
        number = time.time_ns() // 1000 // every
        if number >= tracker.current_restriction().start:
            if not tracker.try_claim(number):
                return
            estimator.set_watermark(Timestamp(micros=number * every))
            yield TimestampedValue(Tick(number * every, every), Timestamp(micros=number * every))
            number += 1
        else:
            number = tracker.current_restriction().start
        # Nothing comes before the next one, so windows that end until then may close.
        estimator.set_watermark(Timestamp(micros=number * every))
        tracker.defer_remainder(Timestamp(micros=number * every))
