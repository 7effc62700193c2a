"""The step that asks the network."""

from __future__ import annotations

import apache_beam as beam
from apache_beam import pvalue

from live.fetch import fetch_all
from live.job import Job


class Fetch(beam.PTransform):
    """A PCollection of `Job` to the paths of the responses' sidecars, as text.

    All requests of a host belong in one job: within it they are asked politely, one loop a job.
    A job that is tried again asks only for what its folder does not have yet.
    """

    def expand(self, jobs: pvalue.PCollection[Job]) -> pvalue.PCollection[str]:
        return jobs | "Ask" >> beam.FlatMap(fetch_all).with_output_types(str)
