"""How a service is told to stop: by a signal, at any moment."""

from __future__ import annotations

import os
import select


class Stop:
    """Set once, also by a signal's handler and while it is waited for.

    Not threading.Event: its lock may be held by the very wait that the handler interrupts, and
    then the handler waits for ever.
    """

    def __init__(self) -> None:
        self._is_set = False
        self._read, self._write = os.pipe()

    def is_set(self) -> bool:
        """Whether it was set."""
        return self._is_set

    def set(self) -> None:
        """Set it, and end the wait."""
        if not self._is_set:
            self._is_set = True
            os.write(self._write, b"\0")

    def wait(self, seconds: float) -> bool:
        """Wait so many seconds, or until it is set; whether it is."""
        select.select([self._read], [], [], max(seconds, 0))
        return self._is_set

    def close(self) -> None:
        """Give back what it holds of the system."""
        os.close(self._read)
        os.close(self._write)
