from collections.abc import Iterator

import pytest

from tests.commands import Commands


@pytest.fixture(scope="session")
def newsbeam() -> Iterator[Commands]:
    """newsbeam(*arguments) runs a command in a process of its own."""
    commands = Commands()
    yield commands
    commands.close()
