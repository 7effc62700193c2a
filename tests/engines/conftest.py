from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.engines.inputs import files


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files, all of them: what local runs read, and what appears in `growing` bit by bit."""
    folder = tmp_path_factory.mktemp("source")
    files(folder)
    return folder


@pytest.fixture
def growing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that is followed, empty. Sources are named by their paths, so it is one."""
    folder = tmp_path_factory.getbasetemp() / "growing"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder
