"""The line: where calls go and where they do not, with which keys, and what a bare status means."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cine_forge.generation.providers.call import Answer, Call
from cine_forge.generation.providers.line import Line
from cine_forge.generation.providers.opening import Opening
from cine_forge.generation.providers.trouble import Trouble
from cine_forge.kernel.ground.errors import StageError
from cine_forge.wire.client import Broken
from cine_forge.wire.download import Unfetched
from cine_forge.wire.loopback import Said
from tests.generation.plain_vendor import KEY, Plain, Vendor, able, opening


def line(vendor: Vendor | str, folder: Path, sites: dict[str, str] | None = None, **changes: Any) -> Line:
    url = vendor if isinstance(vendor, str) else vendor.base_url
    return Line(opening(url, folder, **(sites or {})), able(**changes), Plain())


def broken(ours: Line, call: Call) -> Broken:
    with pytest.raises(Broken) as caught:
        ours.send(call)
    return caught.value


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_every_method_goes_below_the_base_url_with_its_query_and_the_key(tmp_path: Path, method: Any) -> None:
    with Vendor(Said(body={"a": 1}, headers={"X-Told": "yes"})) as vendor:
        call = Call(method, "/jobs", body={} if method != "GET" else None, query={"own": "a/b c"})
        answer = line(vendor, tmp_path).send(call)
        asked = vendor.asked[0]
    assert vendor.paths == [f"{method} /v1/jobs?own=a%2Fb+c"] and answer.call == call
    assert asked.headers["authorization"] == f"Bearer {KEY}"
    assert (answer.status, answer.data, answer.headers["x-told"]) == (200, {"a": 1}, "yes")


def test_a_whole_url_that_the_vendor_gave_is_asked_below_its_own_address(tmp_path: Path) -> None:
    with Vendor() as vendor:
        line(vendor, tmp_path).send(Call("GET", f"{vendor.base_url}/jobs/1?sign=%2Bx#part"))
    assert vendor.paths == ["GET /v1/jobs/1?sign=%2Bx"]


def test_a_named_site_is_asked_where_it_is(tmp_path: Path) -> None:
    with Vendor() as vendor, Vendor() as files:
        ours = line(vendor, tmp_path, {"files": files.base_url})
        ours.send(Call("POST", "/put", content=b"x", site="files"))
        ours.send(Call("GET", f"{files.base_url}/mine"))
    assert files.paths == ["POST /v1/put", "GET /v1/mine"] and vendor.paths == []


@pytest.mark.row("D14")
@pytest.mark.parametrize(
    "place",
    [
        "https://elsewhere.example/v1/jobs/1",
        "http://127.0.0.1:{other}/v1/jobs/1",
        "http://127.0.0.1:{own}/v2/jobs/1",
        "http://127.0.0.1:{own}/v1evil/jobs",
        "https://127.0.0.1:{own}/v1/jobs/1",
        "http://127.0.0.1:{own}@127.0.0.1:{other}/v1/jobs",
        "http://me:secret@127.0.0.1:{own}/v1/jobs",
        "http://localhost:{own}/v1/jobs/1",
        "file:///v1/jobs",
        "https://[::1/v1",
        "https:///v1",
        "://",
    ],
)
def test_a_url_of_another_place_is_asked_for_nothing_and_gets_no_key(tmp_path: Path, place: str) -> None:
    with Vendor() as vendor, Vendor() as other:
        own, foreign = (one.base_url.rpartition(":")[2].removesuffix("/v1") for one in (vendor, other))
        error = broken(line(vendor, tmp_path), Call("GET", place.format(own=own, other=foreign)))
    assert error.kind == "unsent" and "secret" not in error.why
    assert vendor.asked == [] and other.asked == []


@pytest.mark.parametrize("path", ["/v1/../admin", "../admin", "/jobs/%2e%2E/x"])
def test_an_id_cannot_lead_out_of_the_vendors_own_path(tmp_path: Path, path: str) -> None:
    with Vendor() as vendor:
        with pytest.raises(StageError, match="CF-G070"):
            line(vendor, tmp_path).send(Call("GET", path))
        with pytest.raises(StageError, match="CF-G070"):
            line(vendor, tmp_path).send(Call("GET", f"{vendor.base_url}/x/../../admin"))
    assert vendor.asked == []


@pytest.mark.row("D14")
def test_a_site_that_nobody_allows_is_asked_for_nothing_by_its_whole_url_either(tmp_path: Path) -> None:
    ours = line("https://plain.invalid/v1", tmp_path)
    for path in ("/jobs", "https://plain.invalid/v1/jobs"):
        assert "CINE_FORGE_HOSTS=plain.invalid" in broken(ours, Call("GET", path)).why


@pytest.mark.parametrize(
    ("status", "trouble"),
    [
        (400, Trouble.REJECTED), (401, Trouble.SETTING), (402, Trouble.SETTING), (403, Trouble.SETTING),
        (404, Trouble.SETTING), (405, Trouble.SETTING), (413, Trouble.REJECTED), (415, Trouble.REJECTED),
        (422, Trouble.REJECTED), (429, Trouble.THROTTLED), (451, Trouble.REJECTED), (503, Trouble.THROTTLED),
        (301, Trouble.REJECTED), (302, Trouble.REJECTED), (307, Trouble.REJECTED), (308, Trouble.REJECTED),
        (303, Trouble.LOST), (408, Trouble.LOST), (409, Trouble.LOST), (418, Trouble.LOST),
        (425, Trouble.LOST),
        (500, Trouble.LOST), (502, Trouble.LOST), (504, Trouble.LOST), (524, Trouble.LOST),
        (200, None), (201, None), (202, None), (204, None),
    ],
)  # fmt: skip
def test_every_status_has_its_meaning(tmp_path: Path, status: int, trouble: Trouble | None) -> None:
    ours = line("http://127.0.0.1:9/v1", tmp_path)
    assert ours.trouble(Answer(status, {}, b"")) is trouble
    assert ours.trouble(Answer(status, {}, b'{"trouble": "filtered"}')) is Trouble.FILTERED


@pytest.mark.row("H10")
def test_no_key_is_in_what_a_vendor_said(tmp_path: Path) -> None:
    ours = line("http://127.0.0.1:9/v1", tmp_path)
    body = f'{{"error": "bad key {KEY}\\r\\nin Bearer {KEY}"}}'.encode()
    told = ours.complaint(Answer(401, {}, body))
    assert told == "plain answered 401: bad key [key] in Bearer [key]"
    for before in range(250, 300):
        assert KEY[:8] not in ours.complaint(Answer(500, {}, b"-" * before + KEY.encode() + b"\xff\x00"))
    assert ours.clean(f"no {KEY}") == "no [key]" and ours.clean(None) is None


def test_a_busy_vendor_says_when_to_come_back(tmp_path: Path) -> None:
    ours = line("http://127.0.0.1:9/v1", tmp_path)
    assert ours.wait_s(Answer(429, {"retry-after": "7"}, b"")) == 7
    assert ours.wait_s(Answer(429, {}, b"")) is None
    words = b'{"detail":"Request was throttled. Your rate limit resets in ~30s."}'
    assert [ours.wait_s(Answer(status, {}, words)) for status in (429, 503, 500)] == [30, 30, None]
    assert ours.wait_s(Answer(429, {"retry-after": "7"}, words)) == 7


def test_a_result_is_fetched_from_the_vendor_and_no_key_goes_along(tmp_path: Path) -> None:
    with Vendor(Said(body=b"picture")) as vendor:
        for number, url in enumerate([f"{vendor.base_url}/a?sign=1", "/b"]):
            line(vendor, tmp_path).fetch(url, tmp_path / str(number))
            assert (tmp_path / str(number)).read_bytes() == b"picture"
    assert vendor.paths == ["GET /v1/a?sign=1", "GET /v1/b"]
    assert not [asked for asked in vendor.asked if "authorization" in asked.headers]


@pytest.mark.row("H8")
@pytest.mark.parametrize(
    ("url", "kind"),
    [
        (None, "nothing"), ("", "nothing"),
        ("https://elsewhere.example/a", "place"), ("//elsewhere/a", "place"),
        ("https://169.254.169.254/a", "place"), ("file:///etc/passwd", "place"), ("data:,x", "place"),
    ],
)  # fmt: skip
def test_a_result_that_lies_nowhere_or_elsewhere_is_not_fetched(
    tmp_path: Path, url: str | None, kind: str
) -> None:
    with pytest.raises(Unfetched) as caught:
        line("http://127.0.0.1:9/v1", tmp_path, download_hosts=["cdn.example"]).fetch(url, tmp_path / "x")
    assert caught.value.kind == kind and not (tmp_path / "x").exists()


@pytest.mark.row("H8")
def test_a_vendor_in_the_world_cannot_send_us_to_this_machine(tmp_path: Path) -> None:
    with Vendor(Said(body=b"secret")) as service:
        ours = Line(Opening(tmp_path), able(base_url="https://plain.example/v1"), Plain())
        with pytest.raises(Unfetched) as caught:
            ours.fetch(f"{service.base_url}/a", tmp_path / "x")
    assert caught.value.kind == "place" and service.asked == []
