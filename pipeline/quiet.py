"""Imported before Beam is: its warnings about what is not installed are nobody's concern here."""

import logging
import os

logging.getLogger().setLevel(logging.ERROR)
# What fails in a step is raised as well, and answered for where the run was started.
logging.getLogger("apache_beam.runners.common").setLevel(logging.CRITICAL)
# Processes are the parallelism here: BLAS threads of each would only wait for the others'.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
