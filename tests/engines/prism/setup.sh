#!/usr/bin/env bash
# Prism, of the Beam version in .venv, to .prism/prism: built where there is Go, else downloaded.
set -euo pipefail
cd "$(dirname "$0")/../../.."
version=$(.venv/bin/python -c 'import apache_beam; print(apache_beam.__version__)' 2>/dev/null)
mkdir -p .prism
if go=$(command -v go || command -v /usr/local/go/bin/go); then
    GOBIN=$PWD/.prism "$go" install "github.com/apache/beam/sdks/v2/go/cmd/prism@v$version"
else
    .venv/bin/python - "$version" <<'PYTHON'
import shutil
import sys

from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.portability.prism_runner import PrismJobServer

server = PrismJobServer(PipelineOptions([f"--prism_beam_version_override=v{sys.argv[1]}"]))
shutil.copy(server._get_executable_path(), ".prism/prism")
PYTHON
fi
