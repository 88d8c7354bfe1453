"""Downloads against real sockets: what is whole comes home, and of anything else no byte is left."""

from __future__ import annotations

import gzip
import hashlib
import re
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cine_forge.wire import exchange
from cine_forge.wire.destination import destination, resolve
from cine_forge.wire.download import Fetched, FetchLimits, Hosts, Unfetched, download
from tests.wire.raw_server import Drip, Hold, RawServer, Reset, Script, head, whole

HERE = Hosts((), loopback=True)
BODY = b"0123456789" * 100
BOMB = gzip.compress(bytes(2_000_000))
QUICK = {"deadline_s": 5.0, "span_s": 2.0, "most_bytes": 100_000}
CHUNKED = head(Transfer_Encoding="chunked")
CHUNK = b"3e8\r\n" + BODY + b"\r\n"


def fetch(url: str, target: Path, hosts: Hosts = HERE, look_up: Any = None, **limits: Any) -> Fetched:
    return download(url, target, hosts=hosts, limits=FetchLimits(**{**QUICK, **limits}), look_up=look_up)


def unfetched(url: str, target: Path, hosts: Hosts = HERE, look_up: Any = None, **limits: Any) -> Unfetched:
    """Return how a download ended; it has left nothing in the folder."""
    with pytest.raises(Unfetched) as caught:
        fetch(url, target, hosts, look_up, **limits)
    assert list(target.parent.iterdir()) == []
    return caught.value


def leads_to(*addresses: str) -> Any:
    """Return a look-up that answers each question with the next address, the last one for ever."""
    rest = list(addresses)

    def look_up(host: str, port: int, **_: Any) -> list[Any]:
        address = rest.pop(0) if len(rest) > 1 else rest[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    return look_up


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "clip.part"


FAULTS: dict[str, tuple[str, Script, dict[str, Any]]] = {
    "the body is shorter than was said": ("broken", (head(Content_Length=1001), BODY), {}),
    "a chunk is cut": ("broken", (CHUNKED, CHUNK[:500]), {}),
    "the last chunk never comes": ("broken", (CHUNKED, CHUNK), {}),
    "a chunk has no length": ("broken", (CHUNKED, b"zz\r\n" + BODY), {}),
    "a chunk's length is endless": ("broken", (CHUNKED, b"f" * 70_000), {}),
    "two lengths": ("broken", (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",), {}),
    "a length that is no number": ("broken", (head(Content_Length="ten"), BODY), {}),
    "a length below zero": ("broken", (head(Content_Length=-1), BODY), {}),
    "a length of a hundred digits": ("broken", (head(Content_Length="9" * 100), BODY), {}),
    "no length at all": ("broken", (head(), BODY), {}),
    "another coding than chunks": ("broken", (head(Transfer_Encoding="gzip"), BODY), {}),
    "ten gibibytes announced": ("too_large", (head(Content_Length=10 * 1024**3), Hold()), {}),
    "chunks without an end": ("too_large", (CHUNKED, Drip(CHUNK)), {}),
    "one byte too many": ("too_large", whole(BODY), {"most_bytes": 999}),
    "one byte too many in chunks": ("too_large", (CHUNKED, CHUNK, b"0\r\n\r\n"), {"most_bytes": 999}),
    "a packed answer": ("refused", whole(BOMB, Content_Encoding="gzip"), {}),
    "an answer packed twice": ("refused", whole(BOMB, Content_Encoding="br, gzip"), {}),
    "nothing but headers": ("slow", (b"HTTP/1.1 200 OK\r\n", Drip(b"X-A: b\r\n", 0.01)), {"span_s": 0.06}),
    "headers without an end": ("broken", (b"HTTP/1.1 200 OK\r\n", Drip(b"X-A: b\r\n" * 500)), {}),
    "one header without an end": ("broken", (b"HTTP/1.1 200 OK\r\nX: ", Drip(b"x" * 4000)), {}),
    "only a foretaste for ever": ("slow", (Drip(head("103 Early Hints"), 0.01),), {"span_s": 0.06}),
    "a byte at a time": ("slow", (head(Content_Length=9999), Drip(b"x", 0.01)), {"span_s": 0.06}),
    "a byte at a time in chunks": ("slow", (CHUNKED, Drip(b"1\r\nx\r\n", 0.01)), {"span_s": 0.06}),
    "a good start and then nothing": ("slow", (head(Content_Length=9999), BODY, Hold()), {"span_s": 0.06}),
    "no answer at all": ("slow", (Hold(),), {"span_s": 0.06}),
    "steady, and too long": (
        "slow",
        (head(Content_Length=99_999), Drip(b"x" * 50, 0.01)),
        {"deadline_s": 0.15, "span_s": 0.06, "least_bytes_a_second": 100},
    ),
    "reset before the first byte": ("broken", (Reset(),), {}),
    "reset in the head": ("broken", (b"HTTP/1.1 200 OK\r\nContent-", Reset()), {}),
    "reset after the first bytes": ("broken", (head(Content_Length=2000), BODY, Reset()), {}),
    "closed without a word": ("broken", (), {}),
    "no HTTP": ("broken", (b"SSH-2.0-OpenSSH_9.2\r\n\r\n",), {}),
    "zeros": ("broken", (bytes(1000),), {}),
    "empty by its length": ("nothing", whole(b""), {}),
    "empty in chunks": ("nothing", (CHUNKED, b"0\r\n\r\n"), {}),
    "204": ("nothing", (head("204 No Content"),), {}),
    "a part of it": ("broken", whole(BODY, "206 Partial Content", Content_Range="bytes 0-999/2000"), {}),
    "300": ("broken", whole(BODY, "300 Multiple Choices", Location="/other"), {}),
    "304": ("broken", (head("304 Not Modified"),), {}),
    "400": ("refused", whole(BODY, "400 Bad Request"), {}),
    "401": ("gone", whole(BODY, "401 Unauthorized"), {}),
    "403": ("gone", whole(BODY, "403 Forbidden"), {}),
    "404": ("gone", whole(BODY, "404 Not Found"), {}),
    "410": ("gone", whole(BODY, "410 Gone"), {}),
    "418": ("refused", whole(BODY, "418 Teapot"), {}),
    "429": ("broken", whole(BODY, "429 Too Many Requests", Retry_After=1), {}),
    "500": ("broken", whole(BODY, "500 Oops"), {}),
    "503": ("broken", whole(BODY, "503 Busy"), {}),
    "sent on to nowhere": ("broken", (head("302 Found", Content_Length=0),), {}),
    "sent on in a circle": ("place", (head("302 Found", Content_Length=0, Location="/clip.mp4"),), {}),
}


@pytest.mark.row("H8")
@pytest.mark.parametrize("fault", FAULTS)
def test_what_does_not_come_whole_is_named_and_leaves_nothing(target: Path, fault: str) -> None:
    kind, script, limits = FAULTS[fault]
    with RawServer(script) as server:
        error = unfetched(server.url(), target, **limits)
    assert (error.kind, bool(error.why)) == (kind, True)


@pytest.mark.row("H8")
@pytest.mark.parametrize(
    "script",
    [
        whole(BODY, Content_Type="Video/MP4; codecs=x"),
        (CHUNKED.replace(b"chunked", b"chunked\r\nContent-Type: video/mp4"), CHUNK, b"0\r\n\r\n"),
        (head("103 Early Hints"), *whole(BODY, Content_Type="video/mp4")),
        (*whole(BODY, Content_Type="video/mp4", Content_Encoding="identity"), b"and more than was said"),
    ],
    ids=["with a length", "in chunks", "after a foretaste", "with bytes after its end"],
)
def test_what_is_whole_comes_home_with_its_digest(target: Path, script: Script) -> None:
    with RawServer(script) as server:
        fetched = fetch(server.url(), target)
    assert target.read_bytes() == BODY
    assert fetched == Fetched(1000, hashlib.sha256(BODY).hexdigest(), "video/mp4")


def test_what_a_server_calls_it_is_a_word_or_nothing(target: Path) -> None:
    with RawServer(whole(BODY, Content_Type="<script>/x y")) as server:
        assert fetch(server.url(), target).media_type == ""


def test_packed_bytes_that_nobody_calls_packed_are_kept_as_they_are(target: Path) -> None:
    with RawServer(whole(BOMB)) as server:
        fetch(server.url(), target)
    assert target.read_bytes() == BOMB


def test_a_file_that_is_there_already_is_not_touched(target: Path) -> None:
    target.write_bytes(b"mine")
    with RawServer(whole(BODY)) as server, pytest.raises(FileExistsError):
        fetch(server.url(), target)
    assert target.read_bytes() == b"mine"


def test_a_link_that_was_planted_is_not_followed(target: Path) -> None:
    target.symlink_to(target.with_name("elsewhere"))
    with RawServer(whole(BODY)) as server, pytest.raises(FileExistsError):
        fetch(server.url(), target)
    assert not target.with_name("elsewhere").exists()


@pytest.mark.row("H8")
def test_no_key_goes_along_and_nothing_packed_is_asked_for(target: Path) -> None:
    with RawServer(whole(BODY)) as server:
        fetch(server.url("/a/b.mp4?sig=%2B%2f&e=1"), target)
        asked = server.headers()
    assert server.asked[0].startswith(b"GET /a/b.mp4?sig=%2B%2f&e=1 HTTP/1.1\r\n")
    assert asked["accept-encoding"] == "identity" and not {"authorization", "cookie"} & set(asked)


@pytest.mark.parametrize("path", ["/a b.mp4", "/\u00e4.mp4", "/x.mp4#part"])
def test_a_sloppy_url_is_asked_for_in_plain_letters(target: Path, path: str) -> None:
    with RawServer(whole(BODY)) as server:
        fetch(server.url(path), target)
    wanted = {"/a b.mp4": b"/a%20b.mp4", "/\u00e4.mp4": b"/%C3%A4.mp4", "/x.mp4#part": b"/x.mp4"}
    assert server.asked[0].split(b" ")[1] == wanted[path]


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
    hosts = Hosts(("cdn.example.org",), loopback=True)
    with RawServer(whole(BODY)) as other:
        onward = location.format(other=other.port, port="{port}")
        with RawServer(()) as server:
            server.scripts = [whole(b"", status, Location=onward.format(port=server.port))]
            error = unfetched(server.url(), target, hosts, leads_to("127.0.0.1"))
        assert (error.kind, other.met, len(server.asked)) == ("place", 0, 1)
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


@pytest.mark.row("H8")
def test_a_large_file_takes_no_memory(target: Path) -> None:
    block, count = bytes(1024**2), 200
    script: Script = (head(Content_Length=count * len(block)), *(block for _ in range(count)))
    with RawServer(script) as server:
        fetch_once = FetchLimits()
        before = _peak_kib(reset=True)
        fetched = download(server.url(), target, hosts=HERE, limits=fetch_once)
        grown = _peak_kib() - before
    target.unlink()
    assert fetched.bytes == count * 1024**2 and grown < 8 * 1024


def _peak_kib(*, reset: bool = False) -> int:
    """Return the most memory this process has held since the last reset."""
    try:
        if reset:
            Path("/proc/self/clear_refs").write_text("5")
        status = Path("/proc/self/status").read_text()
    except OSError as error:
        pytest.skip(f"this system does not tell the most memory held: {error}")
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1])  # type: ignore[index]  # Linux always says it


NOISE = st.lists(
    st.one_of(
        st.binary(max_size=40),
        st.sampled_from(
            [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 302 X\r\n", b"HTTP/1.0 200\r\n", b"Location: http://[\r\n",
             b"Content-Length: 3\r\n", b"Transfer-Encoding: chunked\r\n", b"Set-Cookie: \xff=;;\r\n",
             b"Content-Encoding: zstd\r\n", b"Content-Type: \xff/\r\n", b"\r\n", b"3\r\nabc\r\n",
             b"0\r\n\r\n", b"abc"]
        ),
    ),
    max_size=8,
)  # fmt: skip


@pytest.mark.row("H8")
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(noise=NOISE)
@example(noise=[b"HTTP/1.1 302 X\r\n", b"Location: http://[\r\n", b"\r\n"])
@example(noise=[b"HTTP/1.1 302 X\r\n", b"Location: \xff\xfe\r\n", b"Content-Length: 0\r\n\r\n"])
def test_whatever_a_server_says_ends_in_a_whole_file_or_in_none(target: Path, noise: list[bytes]) -> None:
    target.unlink(missing_ok=True)
    with RawServer((b"".join(noise),)) as server:
        try:
            fetched = fetch(server.url(), target)
        except Unfetched:
            assert not target.exists()
        else:
            assert hashlib.sha256(target.read_bytes()).hexdigest() == fetched.sha256
