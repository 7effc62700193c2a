"""The graph on a runner that was chosen by name. Loads Beam, and nothing of the store."""

from __future__ import annotations

from collections.abc import Sequence

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.transforms.window import FixedWindows, TimestampedValue

from pipeline import graph
from records import Section
from sinks.spool import WriteWindows
from transforms.duplicates import candidates_among
from transforms.topicrules import TopicRules

# Seconds. Beam means it for single requests, but waits for the end of a job by one of them: after
# five minutes, its default, it would take a job that goes on for failed.
_NO_DEADLINE = "--job_server_timeout=100000000"


def options_of(runner: str, options: Sequence[str]) -> PipelineOptions:
    """Beam's options for a runner by its name; `options`, of people, come last and count."""
    return PipelineOptions([f"--runner={runner}", _NO_DEADLINE, *options])


def run_everywhere(
    timed: Sequence[tuple[Section, int]],
    spool: str,
    name: str,
    versions: dict[str, str],
    runner: str,
    options: Sequence[str],
    topics: TopicRules | None,
) -> None:
    """Work out sections and leave a batch for each second of event time; returns when all are."""
    with beam.Pipeline(options=options_of(runner, options)) as pipeline:
        sections = (
            pipeline
            | "Sections" >> beam.Create(timed, reshuffle=False)
            | "Portions" >> beam.MapTuple(TimestampedValue)
            | "Windows" >> beam.WindowInto(FixedWindows(1))
            | "Spread" >> beam.Reshuffle()
        )
        write = WriteWindows(spool, name, versions, candidates=candidates_among)
        graph.newsbeam(sections, write, topics=topics)
