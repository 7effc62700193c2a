"""All benchmarks, one after the other: `python -m benchmarks`."""

from __future__ import annotations

import subprocess
import sys

NAMES = "duplicates language topics rules pages feeds polls weeks speed"
for name in NAMES.split():
    print(f"\npython -m benchmarks.{name}", flush=True)
    subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False)
