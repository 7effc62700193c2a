"""Progress on a terminal, plain lines elsewhere, both on standard error."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator

from pipeline.begun import Progress
from sinks.commit import Counts


@contextlib.contextmanager
def following(doing: str = "read and stored") -> Iterator[Progress]:
    """A Progress for the block: a moving line for eyes, silence but for sentences in cron."""
    if not sys.stderr.isatty():
        yield Progress(lambda sentence: print(sentence, file=sys.stderr), lambda counts: None)
        return
    from rich.console import Console
    from rich.progress import Progress as Bar
    from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading")
        total = 0

        def stored(counts: Counts) -> None:
            nonlocal total
            total += counts.read
            speed = total / max(bar.tasks[0].elapsed or 0.0, 0.001)
            bar.update(task, description=f"{total:,} {doing}, {speed:,.0f}/s")

        yield Progress(lambda sentence: bar.console.print(sentence, markup=False), stored)
