"""Downloads against real sockets: what is whole comes home, and of anything else no byte is left."""

from __future__ import annotations

import gzip
import hashlib
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cine_forge.wire.download import Fetched, FetchLimits, Unfetched, download
from tests.wire.fetching import BODY, HERE, fetch, unfetched
from tests.wire.raw_server import Drip, Hold, RawServer, Reset, Script, head, whole

BOMB = gzip.compress(bytes(2_000_000))
CHUNKED = head(Transfer_Encoding="chunked")
CHUNK = b"3e8\r\n" + BODY + b"\r\n"


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


@pytest.mark.row("H8")
@pytest.mark.parametrize(
    "answer", [head(Content_Length=9) + b"123456789", CHUNKED + b"4\r\n1234\r\n5\r\n56789\r\n0\r\n\r\n"]
)
def test_an_answer_that_is_cut_at_any_byte_is_never_taken_for_whole(target: Path, answer: bytes) -> None:
    with RawServer(()) as server:
        for end in range(len(answer)):
            server.scripts = [(answer[:end],)]
            assert unfetched(server.url(), target).kind == "broken", answer[:end]
        server.scripts = [(answer,)]
        assert fetch(server.url(), target).bytes == 9


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
    _ends_whole_or_not_at_all(target, noise)


@pytest.mark.sweep
@settings(max_examples=5000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(noise=NOISE)
def test_five_thousand_servers_say_whatever_they_like(target: Path, noise: list[bytes]) -> None:
    _ends_whole_or_not_at_all(target, noise)


def _ends_whole_or_not_at_all(target: Path, noise: list[bytes]) -> None:
    target.unlink(missing_ok=True)
    with RawServer((b"".join(noise),)) as server:
        try:
            fetched = fetch(server.url(), target)
        except Unfetched:
            assert not target.exists()
        else:
            assert hashlib.sha256(target.read_bytes()).hexdigest() == fetched.sha256
