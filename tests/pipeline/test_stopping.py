"""A service is told to stop at any moment, and heeds it."""

from __future__ import annotations

import signal

from pipeline.stopping import Stop


def test_set_by_a_signal_in_the_midst_of_a_wait() -> None:
    """Thousands of signals, so that each place of a wait is met by one."""
    met = 0

    def handler(*_: object) -> None:
        nonlocal met
        met += 1
        stop.set()

    before = signal.signal(signal.SIGALRM, handler)
    try:
        for number in range(3_000):
            stop = Stop()
            signal.setitimer(signal.ITIMER_REAL, 1e-6 * (number % 100 + 1))
            while not stop.wait(10):
                pass
            stop.close()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert met == 3_000


def test_a_wait_that_is_not_ended_ends_by_itself() -> None:
    stop = Stop()
    assert not stop.wait(0)
    assert not stop.wait(-1)
    assert not stop.is_set()
    stop.set()
    stop.set()
    assert stop.wait(60)
    assert stop.is_set()
    stop.close()
