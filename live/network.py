"""One request over the wire: names resolved once, connections made to what was checked."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import NamedTuple
from urllib.parse import unquote, urlsplit
from urllib.request import (  # type: ignore[attr-defined]
    getproxies_environment,
    proxy_bypass_environment,
)

import httpcore2

from live.addresses import PORTS, Address, is_literal, without_credentials
from live.codings import too_large
from live.failure import Failed
from live.job import Settings
from live.names import Lookup, Names, system_lookup
from live.politeness import CONNECTIONS
from live.sockets import METER, CheckedBackend, Meter

MOST_IDLE = 100  # hosts to which a connection is kept for later: open files are few
LARGE = 2**20  # bytes of a body; feeds and pages have a tenth of it
LARGE_AT_ONCE = 8  # bodies that may grow larger at a time: a quarter of a GiB at most; others wait
CLOSED = "the connection was closed before an answer"
_KEEP = 30.0  # seconds that a connection may wait for its next request


class Answer(NamedTuple):
    """What a server said to one request, the body as it came."""

    status: int
    headers: dict[str, str]  # names in lower case, latin-1; repeated ones joined by ", "
    body: bytes


class Stale(Exception):
    """A connection that was kept had been closed at the other end; nothing came back."""


class Network:
    """Connections and resolved names of one job; used in one event loop, closed with it.

    A name is resolved once: `resolve` gives the addresses to be checked, and connections are
    made to these and no others. Where the environment names a proxy, the proxy resolves.
    """

    def __init__(self, settings: Settings, lookup: Lookup = system_lookup) -> None:
        self._settings = settings
        self._names = Names(settings.connect, lookup)
        self._pools: dict[str, httpcore2.AsyncConnectionPool] = {}
        self._users: dict[str, int] = {}
        self._tls: ssl.SSLContext | None = None
        self._proxies = getproxies_environment()
        self._large = asyncio.Semaphore(LARGE_AT_ONCE)

    async def resolve(self, address: Address) -> list[str]:
        """The addresses that `address` would be asked at; none where a proxy resolves."""
        if self._proxy(address) is not None and not is_literal(address.host):
            return []
        return await self._names.resolve(address.host)

    @asynccontextmanager
    async def using(self, host: str) -> AsyncIterator[None]:
        """While anyone uses a host, connections to it are kept for the next request."""
        self._users[host] = self._users.get(host, 0) + 1
        try:
            yield
        finally:
            self._users[host] -= 1
            if not self._users[host]:
                del self._users[host]
                await self._leave(host)

    async def ask(
        self, address: Address, headers: list[tuple[bytes, bytes]], limits: Limits, meter: Meter
    ) -> Answer:
        """GET an address that was resolved and checked; follows nothing, decodes nothing.

        Raises Failed or Stale.
        """
        METER.set(meter)
        meter.connected = False
        wait = {"connect": self._settings.connect, "read": self._settings.read}
        wait |= {"write": self._settings.read, "pool": self._settings.total}
        request = httpcore2.Request(
            "GET",
            httpcore2.URL(
                scheme=address.scheme.encode(),
                host=address.host.encode(),
                port=None if address.port == PORTS[address.scheme] else address.port,
                target=address.target.encode(),
            ),
            headers=[(b"Host", address.origin.partition("//")[2].encode()), *headers],
            extensions={"timeout": wait},
        )
        began = False
        try:
            async with asyncio.timeout(limits.seconds):
                response = await self._pool(address).handle_async_request(request)
                began = True
                try:
                    return await _read(response, limits, meter, self._large)
                finally:
                    await response.aclose()
        except httpcore2.TimeoutException as error:
            raise Failed("timeout", _slow(error, self._settings)) from None
        except TimeoutError:
            whole = f"not answered in full in {self._settings.total:g} s"
            raise Failed("timeout", whole) from None
        except (httpcore2.ReadError, httpcore2.WriteError, httpcore2.ProtocolError) as error:
            if not began and not meter.connected:
                raise Stale from None
            raise _broken(error, began) from None
        except httpcore2.ConnectError as error:
            raise _unreachable(error) from None
        except httpcore2.ProxyError as error:
            raise Failed("proxy", f"the proxy answers: {error}") from None
        except Failed:
            raise
        except Exception as error:  # one server, whatever it sends, must not end the round
            raise Failed("unforeseen", f"{type(error).__name__}: {error}") from error
        finally:
            if len(self._pools) > MOST_IDLE:
                await self._leave(address.host, only_idle=True)

    async def aclose(self) -> None:
        """Close all connections, resolve no more."""
        for pool in self._pools.values():
            await pool.aclose()
        self._pools.clear()
        self._names.close()

    async def _leave(self, host: str, only_idle: bool = False) -> None:
        for name in (host, f"{host} by proxy"):
            pool = self._pools.get(name)
            if pool and not (only_idle and any(not each.is_idle() for each in pool.connections)):
                del self._pools[name]
                await pool.aclose()

    def _pool(self, address: Address) -> httpcore2.AsyncConnectionPool:
        proxy = self._proxy(address)
        name = address.host if proxy is None else f"{address.host} by proxy"
        pool = self._pools.get(name)
        if pool is None:
            if self._tls is None:
                self._tls = httpcore2.default_ssl_context()
            pool = self._pools[name] = httpcore2.AsyncConnectionPool(
                ssl_context=self._tls,
                proxy=proxy,
                max_connections=CONNECTIONS,
                keepalive_expiry=_KEEP,
                http2=True,
                network_backend=CheckedBackend(None if proxy else self._names.resolved),
            )
        return pool

    def _proxy(self, address: Address) -> httpcore2.Proxy | None:
        """The proxy that the environment names for an address."""
        found = self._proxies.get(address.scheme) or self._proxies.get("all")
        place = f"{address.host}:{address.port}"
        if not found or proxy_bypass_environment(place, self._proxies):
            return None
        parts = urlsplit(found if "://" in found else f"http://{found}")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise Failed("proxy", f"no http(s) proxy: {without_credentials(found)}")
        auth = None
        if parts.username is not None:
            auth = (unquote(parts.username), unquote(parts.password or ""))
        port = f":{parts.port}" if parts.port else ""
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        return httpcore2.Proxy(f"{parts.scheme}://{host}{port}", auth=auth)


class Limits(NamedTuple):
    """How long one request may take and how much it may bring."""

    seconds: float
    body: int  # bytes, as they come
    error_body: int = 256 * 2**10  # of an answer that is no success; the rest is left unread
    cut: bool = False  # whether a longer body is cut rather than refused


async def _read(
    response: httpcore2.Response, limits: Limits, meter: Meter, large: asyncio.Semaphore
) -> Answer:
    """The headers and the body; of an answer that is an error, as much of it as comes easily.

    A body that gets large goes on when one of the places for such is free.
    """
    headers: dict[str, str] = {}
    for raw_name, raw_value in response.headers:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        if name == "location" and name in headers:
            continue
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    good = 200 <= response.status < 300
    limit = limits.body if good else limits.error_body
    length = headers.get("content-length", "")
    if good and not limits.cut and length.isdecimal() and float(length) > limit:
        raise too_large(limit)
    parts: list[bytes] = []
    size = 0
    try:
        async with AsyncExitStack() as place:
            async for part in response.stream:  # type: ignore[union-attr]
                parts.append(part)
                if size <= LARGE < size + len(part):
                    await place.enter_async_context(large)
                size += len(part)
                if size > limit:
                    if good and not limits.cut:
                        raise too_large(limit)
                    break
    except (httpcore2.NetworkError, httpcore2.ProtocolError, httpcore2.TimeoutException):
        if good:
            raise
    body = b"".join(parts)[:limit]
    framed = response.extensions.get("http_version", b"").startswith(b"HTTP/1") and length
    if good and framed and parts and not limits.cut and not meter.last.endswith(parts[-1]):
        raise Failed("incomplete", f"more came than the {length} bytes that were announced")
    return Answer(response.status, headers, body)


def _slow(error: Exception, settings: Settings) -> str:
    if isinstance(error, httpcore2.ConnectTimeout):
        return f"no connection in {settings.connect:g} s"
    return f"silent for {settings.read:g} s"


def _broken(error: Exception, began: bool) -> Failed:
    """A connection that ended, or an answer that is no HTTP."""
    said = str(error)
    if began or "InvalidBodyLength" in said:  # which HTTP/2 notices before it gives the headers
        return Failed("incomplete", said or "the connection broke off within the body")
    ended = (httpcore2.ReadError, httpcore2.WriteError)
    if isinstance(error, ended) or "disconnected" in said:
        return Failed("no_answer", CLOSED)
    return Failed("bad_http", said or "what came back is no HTTP")


def _unreachable(error: Exception) -> Failed:
    cause = error.args[0] if error.args else error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return Failed("tls", f"its certificate is not trusted: {cause.verify_message}")
    if isinstance(cause, ssl.SSLError):
        return Failed("tls", f"no secure connection: {cause.reason or cause}")
    return Failed("unreachable", str(getattr(cause, "strerror", None) or cause))
