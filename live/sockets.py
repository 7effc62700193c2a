"""Connections to addresses that were checked before, and a count of what comes over them."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from typing import Any

import httpcore2

MOST_ADDRESSES = 4  # of a host that are tried, the time to connect divided among them


class Meter:
    """What came over the wire for one request."""

    def __init__(self) -> None:
        self.received = 0  # bytes, of all the hops
        self.connected = False  # whether a connection was made for it
        self.last = b""  # what was read last


METER: ContextVar[Meter] = ContextVar("meter")


class CheckedBackend(httpcore2.AsyncNetworkBackend):
    """Connects to what `addresses` gives for a host, in that order, and counts what comes.

    None is for the way to a proxy, which a person named and which is not checked.
    """

    def __init__(self, addresses: Callable[[str], list[str]] | None) -> None:
        self._addresses = addresses
        self._inner = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        addresses = [host] if self._addresses is None else self._addresses(host)[:MOST_ADDRESSES]
        share = None if timeout is None else timeout / len(addresses)
        failed: Exception | None = None
        for address in addresses:
            try:
                stream = await self._inner.connect_tcp(
                    address, port, share, local_address, socket_options
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failed = error
                continue
            METER.get().connected = True
            return _Counted(stream)
        assert failed is not None
        raise failed


class _Counted(httpcore2.AsyncNetworkStream):
    """A stream that tells the meter of the request that reads from it."""

    def __init__(self, inner: httpcore2.AsyncNetworkStream) -> None:
        self._inner = inner

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = await self._inner.read(max_bytes, timeout)
        meter = METER.get()
        meter.received += len(data)
        meter.last = data
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        await self._inner.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        return _Counted(await self._inner.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)
