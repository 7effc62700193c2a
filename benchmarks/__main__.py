"""All benchmarks, one after the other: `python -m benchmarks`."""

from __future__ import annotations

import subprocess
import sys

for name in ("duplicates", "language", "topics", "pages", "feeds", "polls", "weeks", "speed"):
    print(f"\npython -m benchmarks.{name}", flush=True)
    subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False)
