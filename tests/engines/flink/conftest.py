from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engines.flink.cluster import Cluster, cluster
from tests.engines.inputs import files


@pytest.fixture(scope="session")
def flink(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster(tmp_path_factory.mktemp("flink")) as found:
        yield found


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("source")
    files(folder)
    return folder
