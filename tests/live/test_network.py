"""The wire: HTTP/2, secure connections, names, proxies."""

from __future__ import annotations

import asyncio
import gzip
import ipaddress
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import h2.config
import h2.connection
import h2.events
import h2.exceptions
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from live import network
from live.fetch import Job, Settings, fetch_all
from live.names import Lookup
from live.network import Network
from live.response import Response, body_of, read_response
from live.sockets import Meter
from records import Feed
from tests.live.behaviours import FEED
from tests.live.server import Behaviour, Server, answer, redirect

NAME = "feeds.example"
SETTINGS = Settings(connect=5.0, read=5.0, total=5.0, host_gap=0.0, allow_private=(NAME,))


def fetch(
    folder: Path,
    *urls: str,
    lookup: Lookup = lambda _: ["127.0.0.1"],
    settings: Settings = SETTINGS,
) -> list[Response]:
    """The responses to feeds, in their order."""
    job = Job(str(folder), 0, feeds=tuple(map(Feed, urls)), settings=settings)
    responses = [read_response(path) for path in fetch_all(job, network=Network(settings, lookup))]
    return sorted(responses, key=lambda response: urls.index(response.url))


def good(_: object) -> bytes:
    return answer(200, FEED)


# Names


def test_a_name_is_resolved_once_and_that_address_is_asked(tmp_path: Path) -> None:
    asked: list[str] = []

    def rebinding(host: str) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    with Server({"/a": good, "/b": lambda _: redirect(302, "/a")}) as server:
        urls = [f"http://{NAME}:{server.port}/{path}" for path in "ab"]
        responses = fetch(tmp_path, *urls, lookup=rebinding)
    assert [each.error for each in responses] == [None, None]
    assert asked == [NAME]
    assert {each.headers["host"] for each in server.asked} == {f"{NAME}:{server.port}"}


def test_one_private_address_among_those_of_a_name_is_enough_to_refuse(tmp_path: Path) -> None:
    settings = SETTINGS._replace(allow_private=("127.0.0.1",))
    addresses = ["127.0.0.1", "169.254.169.254"]
    with Server({"/a": good}) as server:
        url = f"http://{NAME}:{server.port}/a"
        [response] = fetch(tmp_path, url, lookup=lambda _: addresses, settings=settings)
    assert (response.error, response.requests) == ("private_address", 0)
    assert response.detail is not None
    assert "feeds.example (169.254.169.254)" in response.detail


def test_the_next_address_is_tried_where_the_first_is_silent(tmp_path: Path) -> None:
    with Server({"/a": good}) as server:
        url = f"http://{NAME}:{server.port}/a"
        [response] = fetch(tmp_path, url, lookup=lambda _: ["127.0.0.9", "127.0.0.1"])
    assert (response.error, response.requests) == (None, 1)


def unknown(_: str) -> list[str]:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


@pytest.mark.parametrize(
    ("lookup", "detail"),
    [
        (unknown, "feeds.example: Name or service not known"),
        (lambda _: [], "feeds.example has no address"),
    ],
)
def test_a_name_that_has_no_address_is_told(lookup: Lookup, detail: str, tmp_path: Path) -> None:
    [response] = fetch(tmp_path, f"http://{NAME}/", lookup=lookup)
    assert (response.error, response.detail, response.requests) == ("dns", detail, 0)


def test_a_name_server_that_does_not_answer_is_not_waited_for(tmp_path: Path) -> None:
    over = threading.Event()

    def slow(_: str) -> list[str]:
        over.wait(30)
        return []

    settings = SETTINGS._replace(connect=0.1)
    [response] = fetch(tmp_path, f"http://{NAME}/", lookup=slow, settings=settings)
    over.set()
    assert (response.error, response.detail) == ("dns", "feeds.example was not resolved in 0.1 s")


def test_a_host_where_nobody_listens_is_unreachable(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    [response] = fetch(tmp_path, f"http://127.0.0.1:{port}/")
    assert (response.error, response.requests, response.status) == ("unreachable", 1, None)


def test_this_computer_is_known_by_its_name(tmp_path: Path) -> None:
    with Server({"/a": good}) as server:
        url = f"http://localhost:{server.port}/a"
        job = Job(str(tmp_path), 0, feeds=(Feed(url),))
        [response] = map(read_response, fetch_all(job))
    assert response.error is None


# Secure connections


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for the name and for 127.0.0.1, with its key, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    names: list[x509.GeneralName] = [x509.DNSName(NAME)]
    names.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "certificate.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(secret + signed.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    """The server's side of secure connections."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))


@pytest.mark.usefixtures("trusted")
def test_a_secure_server_is_asked_securely(tls: ssl.SSLContext, tmp_path: Path) -> None:
    with Server({"/a": good}, tls=tls) as server:
        urls = [f"https://{host}:{server.port}/a" for host in (NAME, "127.0.0.1")]
        responses = fetch(tmp_path, *urls)
    assert [(each.error, body_of(each)) for each in responses] == [(None, FEED)] * 2
    assert [each.bytes for each in responses] == [len(answer(200, FEED))] * 2


def test_a_certificate_that_nobody_trusts_is_refused(tls: ssl.SSLContext, tmp_path: Path) -> None:
    with Server({"/a": good}, tls=tls) as server:
        [response] = fetch(tmp_path, server.url("/a"))
    assert (response.error, response.status) == ("tls", None)
    assert response.detail is not None
    assert response.detail.startswith("its certificate is not trusted: self-signed")
    assert server.asked == []


@pytest.mark.usefixtures("trusted")
def test_a_certificate_for_another_name_is_refused(tls: ssl.SSLContext, tmp_path: Path) -> None:
    settings = SETTINGS._replace(allow_private=("other.example",))
    with Server({"/a": good}, tls=tls) as server:
        [response] = fetch(tmp_path, f"https://other.example:{server.port}/a", settings=settings)
    assert (response.error, server.asked) == ("tls", [])


def test_a_server_that_does_not_speak_tls_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer_plainly() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.sendall(answer(400))
                while connection.recv(65_536):
                    pass

        thread = threading.Thread(target=answer_plainly)
        thread.start()
        [response] = fetch(tmp_path, f"https://127.0.0.1:{listener.getsockname()[1]}/")
        thread.join()
    assert (response.error, response.status) == ("tls", None)
    assert response.detail is not None
    assert response.detail.startswith("no secure connection: ")


# HTTP/2


class Server2:
    """HTTP/2 over TLS by a library, one connection after the other; used in a `with`."""

    def __init__(self, tls: ssl.SSLContext) -> None:
        tls.set_alpn_protocols(["h2"])
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.asked: list[dict[str, str]] = []
        self.connections = 0
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Server2:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            with connection, self._tls.wrap_socket(connection, server_side=True) as secure:
                self._converse(secure)

    def _converse(self, secure: ssl.SSLSocket) -> None:
        config = h2.config.H2Configuration(client_side=False, header_encoding="latin-1")
        talk = h2.connection.H2Connection(config)
        talk.initiate_connection()
        secure.sendall(talk.data_to_send())
        while data := secure.recv(65_536):
            for event in talk.receive_data(data):
                if isinstance(event, h2.events.RequestReceived):
                    headers = dict(event.headers or [])
                    self.asked.append(headers)
                    self._answer(talk, event.stream_id or 0, headers[":path"])
            secure.sendall(talk.data_to_send())

    def _answer(self, talk: h2.connection.H2Connection, stream: int, path: str) -> None:
        if path == "/reset":
            talk.reset_stream(stream)
            return
        headers = [(":status", "200"), ("content-encoding", "gzip"), ("etag", '"h2"')]
        if path == "/short":
            headers.append(("content-length", "999"))
        talk.send_headers(stream, headers)
        talk.send_data(stream, gzip.compress(FEED, mtime=0), end_stream=path != "/cut")
        if path == "/cut":
            talk.reset_stream(stream)


@pytest.mark.usefixtures("trusted")
def test_http_2_is_spoken_where_the_server_does(tls: ssl.SSLContext, tmp_path: Path) -> None:
    with Server2(tls) as server:
        urls = [f"https://{NAME}:{server.port}/{number}" for number in range(5)]
        responses = fetch(tmp_path, *urls)
    assert [(each.error, body_of(each)) for each in responses] == [(None, FEED)] * 5
    assert responses[0].headers == {"content-encoding": "gzip", "etag": '"h2"'}
    assert server.connections == 1
    assert server.asked[0][":authority"] == f"{NAME}:{server.port}"
    assert server.asked[0]["user-agent"].startswith("newsbeam/")


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize(
    ("path", "error"), [("/reset", "bad_http"), ("/cut", "incomplete"), ("/short", "incomplete")]
)
def test_http_2_that_breaks_off_is_no_answer(
    path: str, error: str, tls: ssl.SSLContext, tmp_path: Path
) -> None:
    with Server2(tls) as server:
        [response] = fetch(tmp_path, f"https://{NAME}:{server.port}{path}")
    assert (response.error, response.body) == (error, None)


# Proxies


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A proxy that the environment names; it answers for every address by itself."""

    class Everything(dict[str, Behaviour]):
        def get(self, path: str, default: object = None) -> Behaviour:  # type: ignore[override]
            return good

    for name in ("HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    with Server(Everything()) as server:
        monkeypatch.setenv("http_proxy", f"http://ann:secret@127.0.0.1:{server.port}")
        yield server


def test_a_proxy_that_the_environment_names_resolves_and_asks(
    proxy: Server, tmp_path: Path
) -> None:
    [response] = fetch(tmp_path, "http://public.example/feed?a", lookup=unknown)
    assert (response.error, body_of(response)) == (None, FEED)
    assert proxy.targets() == ["http://public.example/feed?a"]
    assert proxy.asked[0].headers["proxy-authorization"] == "Basic YW5uOnNlY3JldA=="


def test_no_proxy_is_asked_for_what_the_environment_excepts(
    proxy: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("no_proxy", f"localhost,.{NAME}")
    with Server({"/a": good}) as server:
        [response] = fetch(tmp_path, f"http://{NAME}:{server.port}/a")
    assert (response.error, proxy.asked) == (None, [])


def test_a_private_address_is_not_asked_for_through_a_proxy_either(
    proxy: Server, tmp_path: Path
) -> None:
    proxy.behaviours.get = lambda *_: lambda _: redirect(302, "http://10.0.0.1/")  # type: ignore[method-assign]
    [response] = fetch(tmp_path, "http://public.example/", lookup=unknown)
    assert (response.error, response.requests) == ("private_address", 1)


def test_a_proxy_that_refuses_is_told_without_its_password(
    proxy: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy.behaviours.get = lambda *_: lambda _: answer(407, reason="Who?")  # type: ignore[method-assign]
    monkeypatch.setenv("https_proxy", f"http://ann:secret@127.0.0.1:{proxy.port}")
    [response] = fetch(tmp_path, "https://public.example/", lookup=unknown)
    assert (response.error, response.detail) == ("proxy", "the proxy answers: 407 Who?")


def test_a_proxy_that_is_none_is_told_without_its_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "socks5://ann:secret@127.0.0.1:1080")
    [response] = fetch(tmp_path, "http://public.example/")
    assert (response.error, response.requests) == ("proxy", 0)
    assert response.detail == "no http(s) proxy: socks5://127.0.0.1:1080"


def test_only_so_many_bodies_get_large_at_a_time() -> None:
    growing: set[int] = set()
    most = 0

    class Large:
        status, headers = 200, ()
        extensions: dict[str, bytes] = {}

        def __init__(self, number: int) -> None:
            self.number = number
            self.stream = self.parts()

        async def parts(self) -> AsyncIterator[bytes]:
            nonlocal most
            yield b"x" * (network.LARGE + 1)
            growing.add(self.number)
            most = max(most, len(growing))
            for _ in range(5):
                await asyncio.sleep(0)
            yield b"y"
            growing.remove(self.number)

    async def read_all() -> list[int]:
        large = asyncio.Semaphore(network.LARGE_AT_ONCE)
        limits = network.Limits(60, 32 * 2**20)
        each = (network._read(Large(n), limits, Meter(), large) for n in range(20))  # type: ignore[arg-type]
        return [len(answer.body) for answer in await asyncio.gather(*each)]

    assert asyncio.run(read_all()) == [network.LARGE + 2] * 20
    assert most == network.LARGE_AT_ONCE
