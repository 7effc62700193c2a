"""All benchmarks, one after the other: `python -m benchmarks`."""

from __future__ import annotations

import subprocess
import sys

NAMES = "duplicates language topics calibration rules pages feeds polls weeks steps"
COMMANDS = [*NAMES.split(), "speed 10000 100000", "growth 0 100000"]  # a million takes an hour
for command in COMMANDS:
    print(f"\npython -m benchmarks.{command}", flush=True)
    subprocess.run([sys.executable, "-m", *f"benchmarks.{command}".split()], check=False)
