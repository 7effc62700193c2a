"""Writes the outputs in README.md anew: `python docs/make_examples.py`.

An example is a block ```console: lines that begin with "$ " are commands ("> " continues one),
what follows is what they print. All of them run in one empty folder with the samples in it.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "README.md"

_BLOCK = re.compile(r"(?<=```console\n).*?(?=^```)", re.DOTALL | re.MULTILINE)
_TIME = re.compile(r"^time  .*$", re.MULTILINE)  # the one line that no two runs share


def examples(document: str) -> Iterator[tuple[list[str], str, str]]:
    """Every command as its words, as it is written, and the output that is shown for it."""
    for block in _BLOCK.findall(document):
        for example in re.split(r"^(?=\$ )", block, flags=re.MULTILINE)[1:]:
            lines = example.splitlines(keepends=True)
            end = next((i for i, line in enumerate(lines) if i and line[:2] != "> "), len(lines))
            written = "".join(lines[:end])
            words = shlex.split("".join(line[2:] for line in lines[:end]))
            yield words, written, "".join(lines[end:])


def command(words: list[str], folder: Path) -> str:
    """What a command prints to standard output, run in a folder. ValueError where it fails."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("NEWSBEAM")}
    done = subprocess.run(
        [sys.executable, "-m", "pipeline.cli", *words],
        cwd=folder,
        env=clean,
        capture_output=True,
        text=True,
        timeout=120,
    )
    if done.returncode:
        raise ValueError(f"{shlex.join(words)} ended with {done.returncode}: {done.stderr}")
    return done.stdout


def renewed(document: str, folder: Path, run: Callable[[list[str], Path], str] = command) -> str:
    """The document with the outputs that its commands give now, run in an empty folder."""
    shutil.copytree(ROOT / "samples", folder / "samples")
    for words, written, shown in list(examples(document)):
        if words[0] != "newsbeam":
            raise ValueError(f"an example may only run newsbeam, not {words[0]}")
        given = run(words[1:], folder)
        if (times := _TIME.search(shown)) is not None:
            given = _TIME.sub(times[0], given)
        document = document.replace(written + shown, written + given, 1)
    return document


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as empty:
        TARGET.write_text(renewed(TARGET.read_text(encoding="utf-8"), Path(empty)), "utf-8")
