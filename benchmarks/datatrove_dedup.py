"""datatrove's MinHash deduplication, all four steps of it; run by benchmarks/speed.py.

`python datatrove_dedup.py FOLDER WORK WORKERS`, by an interpreter that has datatrove. FOLDER
has JSON lines with url and text, in as many files as there are workers or more. Its defaults:
word 5-grams, 14 buckets of 8 hashes.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main(folder: str, work: str, workers: int) -> None:
    from datatrove.executor import LocalPipelineExecutor  # type: ignore[import-not-found]
    from datatrove.pipeline.dedup import (  # type: ignore[import-not-found]
        MinhashDedupBuckets,
        MinhashDedupCluster,
        MinhashDedupFilter,
        MinhashDedupSignature,
    )
    from datatrove.pipeline.dedup.minhash import MinhashConfig  # type: ignore[import-not-found]
    from datatrove.pipeline.readers import JsonlReader  # type: ignore[import-not-found]
    from datatrove.pipeline.writers import JsonlWriter  # type: ignore[import-not-found]
    from datatrove.utils.typeshelper import Languages  # type: ignore[import-not-found]

    config = MinhashConfig()
    reader = JsonlReader(folder, id_key="url")
    files = len(list(Path(folder).iterdir()))
    steps = [
        (files, [reader, MinhashDedupSignature(f"{work}/signatures", config, Languages.english)]),
        (
            config.num_buckets,
            [MinhashDedupBuckets(f"{work}/signatures", f"{work}/buckets", config=config)],
        ),
        (1, [MinhashDedupCluster(f"{work}/buckets", f"{work}/removed", config=config)]),
        (
            files,
            [
                reader,
                MinhashDedupFilter(f"{work}/removed"),
                JsonlWriter(f"{work}/kept", compression=None),
            ],
        ),
    ]
    for number, (tasks, pipeline) in enumerate(steps):
        LocalPipelineExecutor(
            pipeline=pipeline,
            tasks=tasks,
            workers=min(workers, tasks),
            logging_dir=f"{work}/logs/{number}",
            skip_completed=False,
        ).run()
    kept = sum(sum(1 for _ in path.open(encoding="utf-8")) for path in Path(work, "kept").iterdir())
    os.write(1, b'{"kept": %d}' % kept)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
