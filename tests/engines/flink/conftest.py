from collections.abc import Iterator

import pytest

from tests.engines.flink.cluster import Cluster, cluster


@pytest.fixture(scope="session")
def flink(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster(tmp_path_factory.mktemp("flink")) as found:
        yield found
