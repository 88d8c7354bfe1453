"""Where downloads go: only to places on the list, whatever a name, a redirect or a certificate says."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cine_forge.wire import exchange
from cine_forge.wire.destination import destination, resolve
from cine_forge.wire.download import Hosts
from tests.wire.fetching import BODY, HERE, fetch, leads_to, unfetched
from tests.wire.raw_server import Drip, RawServer, head, whole


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "clip.part"


PLACES = [
    "http://cdn.example.org/x",
    "https://example.org/x",
    "https://evil-cdn.example.org.evil.test/x",
    "https://evilcdn.example.org/x",
    "https://cdn.example.org.evil.test/x",
    "https://below.example.net.evil.test/x",
    "https://example.net/x",
    "https://eviltest.net\\.example.net/x",
    "https://evil.test%2f.example.net/x",
    "https://cdn.example.org@evil.test/x",
    "https://me:secret@cdn.example.org/x",
    "https://cdn.example.org:0x/x",
    "https://cdn.example.org:99999/x",
    "https://cdn.example.org./x",
    "https://cdn.example.org/a/../b",
    "https://cdn.example.org/a/%2E%2e/b",
    "https://cdn.example.org/x\r\nHost: evil.test",
    "https://cdn.ex\u0430mple.org/x",
    "file:///etc/passwd",
    "data:video/mp4;base64,AAAA",
    "ftp://cdn.example.org/x",
    "gopher://cdn.example.org/x",
    "//cdn.example.org/x",
    "/x",
    "",
    "https://",
    "https://[::1",
    "http://127.0.0.1/x",
    "http://localhost/x",
    "http://[::1]/x",
    "https://127.0.0.1/x",
    "https://169.254.169.254/latest/meta-data",
    "https://[::ffff:169.254.169.254]/x",
    "https://[64:ff9b::a9fe:a9fe]/x",
    "https://0.0.0.0/x",
    "https://10.0.0.1/x",
    "https://2130706433/x",
    "https://017700000001/x",
    "https://0x7f000001/x",
    "https://127.1/x",
    "https://8.8.8.8/x",
]


@pytest.mark.row("H8")
@pytest.mark.parametrize("url", PLACES)
def test_a_place_that_is_not_on_the_list_is_never_looked_up(target: Path, url: str) -> None:
    def look_up(*_: Any, **__: Any) -> list[Any]:
        raise AssertionError("it was looked up")

    error = unfetched(url, target, Hosts(("cdn.example.org", "*.example.net")), look_up)
    assert error.kind == "place" and "secret" not in error.why


PIECES = [
    *("cdn.example.org", "example.net", "evil.test", "a.", ".", "@", "\\", "/", "//", "#", "?", ":443", ":"),
    *("%2f", "%00", "%40", "[", "]", "[::1]", "127.0.0.1", "\u3002", "\uff0f", "\u200b", " ", "\t", "\r\n"),
]


@pytest.mark.row("H8")
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    scheme=st.sampled_from(["https://", "HTTPS://", "http://", "https:/", "https:\\\\", "//", "https:"]),
    rest=st.lists(st.sampled_from(PIECES), min_size=1, max_size=7).map("".join),
)
def test_no_way_of_writing_leads_to_a_name_that_is_not_on_the_list(
    target: Path, scheme: str, rest: str
) -> None:
    asked: list[str] = []

    def look_up(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        raise socket.gaierror("nobody")

    error = unfetched(f"{scheme}{rest}", target, Hosts(("cdn.example.org", "*.example.net")), look_up)
    assert (error.kind == "broken") is bool(asked)
    assert all(host == "cdn.example.org" or host.endswith(".example.net") for host in asked)


@pytest.mark.row("H8")
@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.0.1", "100.64.0.1", "169.254.169.254",
     "224.0.0.1", "240.0.0.1", "255.255.255.255", "::1", "::", "::127.0.0.1", "::ffff:10.0.0.1",
     "::ffff:169.254.169.254", "64:ff9b::7f00:1", "2002:7f00:1::", "fe80::1", "fc00::1", "fec0::1",
     "ff02::1", "::ffff:169.254.169.254", "64:ff9b::7f00:1"],
)  # fmt: skip
@pytest.mark.parametrize("host", ["cdn.example.org", "any.example.net"])
def test_a_listed_name_that_leads_to_no_public_address_is_refused(
    target: Path, address: str, host: str
) -> None:
    hosts = Hosts(("cdn.example.org", "*.example.net"), loopback=True)
    error = unfetched(f"https://{host}/x", target, hosts, leads_to(address))
    assert error.kind == "place" and "private" in error.why


def test_a_name_without_an_address_may_have_one_later(target: Path) -> None:
    def look_up(*_: Any, **__: Any) -> list[Any]:
        raise socket.gaierror("try again")

    error = unfetched("https://cdn.example.org/x", target, Hosts(("cdn.example.org",)), look_up)
    assert error.kind == "broken"


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_a_public_address_is_taken_in_whichever_way_it_is_written(address: str) -> None:
    assert resolve(destination("https://cdn.example.org"), leads_to(address)) == address


ELSEWHERE = [
    "http://127.0.0.1:{other}/x",
    "http://localhost:{other}/x",
    "http://[::1]:{other}/x",
    "https://127.0.0.1:{port}/x",
    "http://localhost:{port}/x",
    "http://0.0.0.0:{other}/x",
    "http://2130706433:{other}/x",
    "http://017700000001:{other}/x",
    "http://0x7f.1:{other}/x",
    "http://127.1:{other}/x",
    "http://[::ffff:127.0.0.1]:{other}/x",
    "http://169.254.169.254/latest/meta-data",
    "https://169.254.169.254/latest/meta-data",
    "https://10.0.0.1/x",
    "https://elsewhere.example/x",
    "//elsewhere.example/x",
    "http://cdn.example.org/x",
    "https://me:secret@cdn.example.org/x",
    "http://me:secret@127.0.0.1:{port}/x",
    "file:///etc/passwd",
    "ftp://cdn.example.org/x",
    "data:,x",
    "javascript:x",
    "https://[::1",
    "https://cdn.example.org:x/",
]


@pytest.mark.row("H8")
@pytest.mark.parametrize("status", ["301 Moved", "307 Temporary Redirect"])
@pytest.mark.parametrize("location", ELSEWHERE)
def test_where_a_server_sends_us_is_checked_from_the_start(target: Path, status: str, location: str) -> None:
    hosts, looked_up = Hosts(("cdn.example.org",), loopback=True), list[str]()

    def look_up(host: str, *_: Any, **__: Any) -> list[Any]:
        looked_up.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 9))]

    with RawServer(whole(BODY)) as other:
        onward = location.format(other=other.port, port="{port}")
        with RawServer(()) as server:
            server.scripts = [whole(b"", status, Location=onward.format(port=server.port))]
            error = unfetched(server.url(), target, hosts, look_up)
        assert (error.kind, other.met, len(server.asked)) == ("place", 0, 1)
    assert looked_up == [], "a place that may not be reached is not even looked up"
    assert "secret" not in error.why


@pytest.mark.parametrize("location", ["/b", "b", "?b", "//127.0.0.1:{port}/b", "http://127.0.0.1:{port}/b"])
def test_a_server_may_send_on_to_another_path_of_its_own(target: Path, location: str) -> None:
    with RawServer(()) as server:
        onward = location.format(port=server.port)
        server.scripts = [whole(b"", "302 Found", Location=onward), whole(BODY)]
        assert fetch(server.url(), target).bytes == 1000
    assert len(server.asked) == 2


def test_only_so_many_times_are_we_sent_on(target: Path) -> None:
    moved = whole(b"", "302 Found", Location="/again")
    with RawServer(moved, moved, whole(BODY)) as server:
        assert unfetched(server.url(), target, most_redirects=1).kind == "place"
        server.scripts = [moved, moved, whole(BODY)]
        assert fetch(server.url(), target, most_redirects=2).bytes == 1000


def test_redirects_that_drip_share_one_deadline(target: Path) -> None:
    slow = (head("302 Found", Location="/x")[:-2], Drip(b"X-A: b\r\n", 0.01))
    with RawServer(whole(b"", "302 Found", Location="/x"), slow) as server:
        assert unfetched(server.url(), target, deadline_s=0.1).kind == "slow"


@pytest.mark.row("H8")
def test_the_address_that_was_checked_is_the_one_that_is_connected_to(target: Path) -> None:
    asked: list[str] = []

    def look_up(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        found: list[Any] = leads_to("127.0.0.1" if len(asked) == 1 else "127.0.0.2")(host, port)
        return found

    with RawServer(whole(BODY)) as server:
        assert fetch(server.url(host="localhost"), target, look_up=look_up).bytes == 1000
        assert server.headers()["host"] == f"localhost:{server.port}" and asked == ["localhost"]


@pytest.mark.row("H8")
def test_a_name_that_becomes_another_address_between_two_steps_is_refused(target: Path) -> None:
    look_up = leads_to("127.0.0.1", "10.0.0.1")
    with RawServer(whole(b"", "302 Found", Location="/x")) as server:
        error = unfetched(server.url(host="localhost"), target, HERE, look_up)
    assert (error.kind, len(server.asked)) == ("place", 1)


@pytest.fixture
def certified(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ssl.SSLContext, Path]]:
    """Make a certificate for `localhost` that nobody vouches for."""
    x509 = pytest.importorskip("cryptography.x509", reason="cryptography makes the certificate")
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    built = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    built = built.not_valid_before(now - timedelta(1)).not_valid_after(now + timedelta(1))
    names = x509.SubjectAlternativeName([x509.DNSName("localhost")])
    built = built.add_extension(names, critical=False)
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(secret + built.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    yield context, file


@pytest.mark.row("H8")
def test_a_certificate_that_nobody_vouches_for_is_not_believed(target: Path, certified: Any) -> None:
    with RawServer(whole(BODY), tls=certified[0]) as server:
        error = unfetched(server.url(host="localhost"), target)
    assert (error.kind, server.asked) == ("place", []) and "prove" in error.why


@pytest.mark.row("H8")
def test_a_certificate_is_held_against_the_name_and_not_the_address(
    target: Path, certified: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    trust = ssl.create_default_context(cafile=certified[1])
    monkeypatch.setattr(exchange, "_trust", lambda scheme: trust)
    with RawServer(whole(BODY), tls=certified[0]) as server:
        assert unfetched(server.url(host="127.0.0.1"), target).kind == "place"
        assert fetch(server.url(host="localhost"), target).bytes == 1000


@pytest.mark.row("H8")
def test_a_hand_that_is_never_shaken_ends_with_the_pace(target: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"https://127.0.0.1:{deaf.getsockname()[1]}/x"
        assert unfetched(url, target, span_s=0.06, connect_s=3.0).kind == "slow"


def test_a_port_where_nobody_listens_is_broken(target: Path) -> None:
    with RawServer(whole(BODY)) as server:
        url = server.url()
    assert unfetched(url, target).kind == "broken"
