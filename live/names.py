"""The addresses of host names, each asked for once."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from live.addresses import is_literal
from live.failure import Failed

Lookup = Callable[[str], list[str]]

_RESOLVERS = 32  # threads that wait for the system's resolver


def system_lookup(host: str) -> list[str]:
    """The addresses of a host, in the order the system prefers; OSError where there are none."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


class Names:
    """Names resolved in one round: what was found first holds to its end.

    So the addresses that were checked are those that are connected to, whatever a name server
    says the second time.
    """

    def __init__(self, wait: float, lookup: Lookup = system_lookup) -> None:
        self._wait = wait
        self._lookup = lookup
        self._found: dict[str, asyncio.Future[list[str]]] = {}
        self._threads = ThreadPoolExecutor(_RESOLVERS, "resolve")
        self._free = asyncio.Semaphore(_RESOLVERS)

    async def resolve(self, host: str) -> list[str]:
        """All addresses of a host; Failed (dns) where there is none within `wait` seconds."""
        if is_literal(host):
            return [host]
        found = self._found.get(host)
        if found is None:
            found = self._found[host] = asyncio.ensure_future(self._look_up(host))
        return await asyncio.shield(found)

    def resolved(self, host: str) -> list[str]:
        """What `resolve` gave."""
        return [host] if is_literal(host) else self._found[host].result()

    def close(self) -> None:
        """Ask no more; threads that still wait for the system end by themselves."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _look_up(self, host: str) -> list[str]:
        """The addresses of a name. The time to wait for them begins when a thread is free."""
        await self._free.acquire()
        loop = asyncio.get_running_loop()
        work = loop.run_in_executor(self._threads, self._lookup, host)
        work.add_done_callback(lambda _: self._free.release())
        done, _ = await asyncio.wait([work], timeout=self._wait)
        if not done:
            slow = f"{host} was not resolved in {self._wait:g} s"
            raise Failed("dns", slow)
        try:
            addresses = work.result()
        except (OSError, UnicodeError) as error:
            said = getattr(error, "strerror", None) or error
            raise Failed("dns", f"{host}: {said}") from None
        if not addresses:
            raise Failed("dns", f"{host} has no address")
        return addresses
