"""The remote provider: nothing that may have arrived is called refused, and nothing that came is lost."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from cine_forge.generation.providers.call import Answer, Call
from cine_forge.generation.providers.dialect import Delivered, Elsewhere
from cine_forge.generation.providers.provider import PollOutcome, Sought, Submission, SubmitOutcome, Uploaded
from cine_forge.generation.providers.remote import Remote
from cine_forge.generation.providers.trouble import Trouble
from cine_forge.kernel.ground.errors import StageError
from cine_forge.wire.loopback import Asked, Line, Said
from tests.generation.plain_vendor import KEY, Plain, Shelf, Vendor, remote, sought, submission

DONE = Said(body={"bytes": "the picture"})
NOBODY = "http://127.0.0.1:9/v1"


def bought(folder: Path, *script: Said | tuple[Said, Line], **changes: Any) -> tuple[SubmitOutcome, Vendor]:
    with Vendor(*script) as vendor:
        return remote(vendor, folder, **changes).submit(submission()), vendor


@pytest.mark.row("H2")
def test_a_submit_is_sent_once_with_our_own_id(tmp_path: Path) -> None:
    outcome, vendor = bought(tmp_path, Said(body={"id": "job-1"}))
    assert (outcome.state, outcome.provider_id) == ("submitted", "job-1")
    assert vendor.paths == ["POST /v1/buy"] and vendor.asked[0].json["own"] == "rc-1"


@pytest.mark.row("H2")
@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 405, 413, 415, 422, 429, 451, 503, 302, 307])
def test_a_status_by_which_nothing_is_taken_is_a_refusal(tmp_path: Path, status: int) -> None:
    answer = Said(status, {"error": f"no, {KEY}"}, {"retry-after": "3", "location": "/v1/jobs"})
    outcome, vendor = bought(tmp_path, answer)
    assert (outcome.state, outcome.error, outcome.wait_s) == (
        "refused",
        f"plain answered {status}: no, [key]",
        3,
    )
    assert (
        outcome.trouble in (Trouble.REJECTED, Trouble.SETTING, Trouble.THROTTLED) and len(vendor.asked) == 1
    )


@pytest.mark.row("H2")
@pytest.mark.parametrize("status", [303, 408, 409, 418, 425, 500, 501, 502, 504, 520, 524])
def test_a_status_after_which_it_may_have_been_taken_is_unknown(tmp_path: Path, status: int) -> None:
    outcome, vendor = bought(tmp_path, Said(status, {"error": "no"}, {"location": "/v1/jobs"}))
    assert (outcome.state, outcome.trouble, len(vendor.asked)) == ("unknown", Trouble.LOST, 1)


@pytest.mark.row("H2")
@pytest.mark.parametrize(
    "said",
    [Said(body=b"<html>welcome</html>"), Said(body=b""), Said(204), Said(body={"id": ""}), Said(body=[]),
     Said(body={"id": 5}), Said(body=b"\xff\xfe{"), Said(body=b"[" * 100_000)],
)  # fmt: skip
def test_a_success_that_nobody_understands_is_unknown(tmp_path: Path, said: Said) -> None:
    outcome, _ = bought(tmp_path, said)
    assert (outcome.state, outcome.trouble) == ("unknown", Trouble.UNREADABLE)


@pytest.mark.parametrize(
    ("word", "state"), [("filtered", "refused"), ("throttled", "refused"), ("lost", "unknown")]
)
def test_a_vendors_own_word_says_more_than_its_success(tmp_path: Path, word: str, state: str) -> None:
    outcome, _ = bought(tmp_path, Said(body={"trouble": word, "error": "so"}))
    assert (outcome.state, outcome.trouble) == (state, Trouble(word))


@pytest.mark.row("H2")
@pytest.mark.parametrize(
    "line", ["reset_before", "drop", "cut", "cut_chunk", "noise", "heads", "drip", "huge", "late"]
)
def test_a_line_that_breaks_leaves_it_unknown_and_is_not_tried_again(tmp_path: Path, line: Line) -> None:
    broken = (Said(body={"id": "job-1"}), line)
    outcome, vendor = bought(tmp_path, broken, deadline_s=0.3, most_answer_bytes=100_000)
    assert (outcome.state, outcome.trouble, len(vendor.asked)) == ("unknown", Trouble.LOST, 1)


def test_a_vendor_that_is_not_there_got_nothing(tmp_path: Path) -> None:
    outcome = remote(NOBODY, tmp_path).submit(submission())
    assert (outcome.state, outcome.trouble) == ("refused", Trouble.UNREACHED)


@pytest.mark.parametrize("path", ["/a b", "/a\r\nX: y", "/\u00e4", "/a/../b", "/a#b"])
def test_what_cannot_be_said_is_refused_and_not_asked_again_and_again(tmp_path: Path, path: str) -> None:
    with Vendor() as vendor:
        outcome = remote(vendor, tmp_path, Plain(path)).submit(submission())
    assert (outcome.state, outcome.trouble, vendor.asked) == ("refused", Trouble.REJECTED, [])


def test_what_a_vendor_does_not_offer_is_refused_and_not_asked(tmp_path: Path) -> None:
    with Vendor() as vendor:
        outcome = remote(vendor, tmp_path).submit(submission("nobody"))
    assert (outcome.state, outcome.error, vendor.asked) == ("refused", "`nobody` is not offered", [])


@pytest.mark.row("H2")
def test_what_came_with_the_answer_survives_the_process(tmp_path: Path) -> None:
    outcome, vendor = bought(tmp_path, DONE)
    again = remote(NOBODY, tmp_path)
    for finished in (outcome.finished, again.poll("rc-1")):
        assert finished == PollOutcome("succeeded", cost_micro_usd=7)
    assert outcome.provider_id == "rc-1" == again.find(sought())
    again.download("rc-1", again.poll("rc-1"), tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == b"the picture" and len(vendor.asked) == 1


@pytest.mark.row("H2")
def test_what_was_paid_for_is_there_though_a_process_died_before_its_facts(tmp_path: Path) -> None:
    bought(tmp_path, DONE)
    (tmp_path / "rc-1.json").unlink()
    again = remote(NOBODY, tmp_path)
    assert again.find(sought()) == "rc-1" and again.poll("rc-1") == PollOutcome("succeeded")
    again.download("rc-1", PollOutcome("succeeded"), tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == b"the picture"


@pytest.mark.row("H2")
@pytest.mark.parametrize("dies_at", ["the content", "the facts"])
def test_content_is_written_before_facts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dies_at: str
) -> None:
    written: list[str] = []

    def write(path: Path, content: bytes) -> None:
        written.append(path.suffix)
        if len(written) == (1 if dies_at == "the content" else 2):
            raise KeyboardInterrupt
        path.write_bytes(content)

    monkeypatch.setattr("cine_forge.generation.providers.remote.replace_atomically", write)
    with pytest.raises(KeyboardInterrupt):
        bought(tmp_path, DONE)
    assert written == [".content", ".json"][: len(written)]
    found = remote(NOBODY, tmp_path).poll("rc-1").state
    assert found == ("running" if dies_at == "the content" else "succeeded")


def test_ids_of_a_vendor_never_share_a_file(tmp_path: Path) -> None:
    with Vendor(DONE, Said(body={"bytes": "another"})) as vendor:
        for own_id in ("a/b", "a_b"):
            remote(vendor, tmp_path).submit(replace(submission(), own_id=own_id))
    for own_id, content in (("a/b", b"the picture"), ("a_b", b"another")):
        remote(NOBODY, tmp_path).download(own_id, PollOutcome("succeeded"), tmp_path / "out")
        assert (tmp_path / "out").read_bytes() == content
    assert {path.parent for path in tmp_path.rglob("*") if path.is_file()} == {tmp_path}


class Ready(Plain):
    """The same; its results lie on the vendor's own server, under `sign=canary`."""

    def submitted(
        self, answer: Answer, submission: Submission
    ) -> SubmitOutcome | Delivered | Elsewhere | None:
        return Elsewhere("/media?sign=canary", cost_micro_usd=7) if answer.is_good else None


@pytest.mark.row("H10")
def test_a_result_that_stands_ready_is_home_before_anybody_is_told(tmp_path: Path) -> None:
    with Vendor(Said(body={}), Said(body=b"the picture")) as vendor:
        outcome = remote(vendor, tmp_path, Ready()).submit(submission())
    assert vendor.paths == ["POST /v1/buy", "GET /v1/media?sign=canary"]
    assert outcome.finished == PollOutcome("succeeded", cost_micro_usd=7)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rc-1.content", "rc-1.json"]
    assert not [path for path in tmp_path.iterdir() if b"canary" in path.read_bytes()]


@pytest.mark.parametrize("broken", [1, 2])
def test_a_result_that_nobody_can_ask_for_again_is_fetched_patiently(tmp_path: Path, broken: int) -> None:
    cut: list[tuple[Said, Line]] = [(Said(body=b"the picture"), "cut")] * broken
    with Vendor(Said(body={}), *cut, Said(body=b"the picture")) as vendor:
        outcome = remote(vendor, tmp_path, Ready()).submit(submission())
    assert outcome.finished and outcome.finished.state == "succeeded" and len(vendor.asked) == broken + 2


@pytest.mark.parametrize(("said", "times"), [(Said(500), 3), (Said(404), 1), (Said(body=b""), 1)])
def test_a_result_that_does_not_come_was_paid_for(tmp_path: Path, said: Said, times: int) -> None:
    with Vendor(Said(body={}), said) as vendor:
        outcome = remote(vendor, tmp_path, Ready()).submit(submission())
    finished = outcome.finished
    assert finished and (finished.state, finished.billed, finished.cost_micro_usd) == ("failed", True, 7)
    assert len(vendor.asked) == 1 + times and list(tmp_path.iterdir()) == []


@pytest.mark.row("H2")
@pytest.mark.parametrize(
    "said",
    [Said(500), Said(404, {"error": "no"}), Said(401, {"error": "no"}), Said(body=b"<html>"),
     Said(body={"state": "dreaming"}), (Said(body={"url": "/x"}), "cut"), (Said(), "reset_before")],
)  # fmt: skip
def test_only_the_vendors_word_ends_what_runs(tmp_path: Path, said: Said | tuple[Said, Line]) -> None:
    with Vendor(said) as vendor:
        outcome = remote(vendor, tmp_path).poll("job-1")
    assert outcome.state == "running" and outcome.error and vendor.paths == ["GET /v1/jobs/job-1"]


def test_a_vendor_that_is_too_busy_to_be_asked_says_for_how_long(tmp_path: Path) -> None:
    with Vendor(Said(429, {}, {"retry-after": "9"})) as vendor:
        assert remote(vendor, tmp_path).poll("job-1").wait_s == 9


@pytest.mark.row("H10")
def test_a_failure_is_told_in_the_vendors_words_without_keys(tmp_path: Path) -> None:
    with Vendor(Said(body={"failed": f"blocked for\n{KEY}"})) as vendor:
        outcome = remote(vendor, tmp_path).poll("job-1")
    assert outcome == PollOutcome("failed", error="blocked for [key]", trouble=Trouble.FILTERED)


def test_an_answer_that_is_no_longer_here_was_paid_for(tmp_path: Path) -> None:
    class AtOnce(Plain):
        def poll(self, provider_id: str) -> Call | None:
            return None

    outcome = remote(NOBODY, tmp_path, AtOnce()).poll("rc-1")
    assert (outcome.state, outcome.billed) == ("failed", True)


def succeeded(vendor: Vendor, name: str) -> PollOutcome:
    return PollOutcome("succeeded", output_url=f"{vendor.base_url}/{name}")


@pytest.mark.row("H2")
def test_a_url_that_has_expired_is_asked_for_anew_once(tmp_path: Path) -> None:
    with Vendor(Said(403), Said(body={"url": "/new?sign=2"}), Said(body=b"the picture")) as vendor:
        remote(vendor, tmp_path).download("job-1", succeeded(vendor, "old"), tmp_path / "out")
    assert vendor.paths == ["GET /v1/old", "GET /v1/jobs/job-1", "GET /v1/new?sign=2"]
    assert (tmp_path / "out").read_bytes() == b"the picture"


@pytest.mark.parametrize(
    ("script", "asked"),
    [
        ([Said(404), Said(body={"url": "/new"}), Said(404)], 3),
        ([Said(410), Said(body={"state": "gone"})], 2),
        ([Said(404), Said(500)], 2),
        ([Said(500)], 1),
        ([(Said(body=b"x" * 99), "cut")], 1),
    ],
    ids=["gone twice", "no url any more", "cannot be asked", "broken", "cut"],
)  # fmt: skip
def test_a_result_that_may_come_later_is_no_end(
    tmp_path: Path, script: list[Said | tuple[Said, Line]], asked: int
) -> None:
    with Vendor(*script) as vendor, pytest.raises(StageError) as caught:
        remote(vendor, tmp_path).download("job-1", succeeded(vendor, "old"), tmp_path / "out")
    assert (caught.value.faults[0].code, caught.value.transient) == ("CF-G032", True)
    assert len(vendor.asked) == asked and not (tmp_path / "out").exists()


def test_a_vendor_that_cannot_be_asked_where_it_lies_is_no_end(tmp_path: Path) -> None:
    ours = remote(NOBODY, tmp_path)
    with pytest.raises(StageError) as caught:
        ours.download("job-1", ours.poll("job-1"), tmp_path / "out")
    assert (caught.value.faults[0].code, caught.value.transient) == ("CF-G032", True)


@pytest.mark.parametrize("url", [None, "https://169.254.169.254/x?sign=canary", "file:///etc/passwd"])
def test_a_result_that_lies_nowhere_is_said_so_for_good(tmp_path: Path, url: str | None) -> None:
    with pytest.raises(StageError) as caught:
        remote(NOBODY, tmp_path).download("job-1", PollOutcome("succeeded", output_url=url), tmp_path / "o")
    assert (caught.value.faults[0].code, caught.value.transient) == ("CF-G032", False)
    assert "canary" not in str(caught.value)


@pytest.mark.row("H2")
@pytest.mark.parametrize(
    ("way", "said", "found"),
    [
        ("key", Said(body={"id": "job-9"}), "job-9"),
        ("key", Said(body={}), None),
        ("key", Said(404, {"error": "no such job"}), None),
        ("list", Said(body={"id": "job-9"}), "job-9"),
        ("list", Said(body={}), None),
    ],
)
def test_a_lost_submit_is_found_or_is_not_there(
    tmp_path: Path, way: str, said: Said, found: str | None
) -> None:
    with Vendor(said) as vendor:
        assert remote(vendor, tmp_path, idempotency=way).find(sought()) == found
    assert vendor.paths == ["GET /v1/jobs?own=rc-1"]


@pytest.mark.row("H2")
@pytest.mark.parametrize(
    "said",
    [Said(400, {}), Said(401, {}), Said(403, {}), Said(429, {}), Said(500, {}), Said(503, {}), Said(302, {}),
     Said(404, b"<html>no route</html>"), Said(404), Said(body=b"<html>sign in</html>"), Said(204),
     Said(body={"trouble": "throttled"}), Said(body={"trouble": "lost"}),
     (Said(body={}), "cut"), (Said(body={}), "drop"), (Said(body={}), "noise")],
)  # fmt: skip
def test_an_error_is_never_read_as_absent(tmp_path: Path, said: Said | tuple[Said, Line]) -> None:
    with Vendor(said) as vendor, pytest.raises(StageError) as caught:
        remote(vendor, tmp_path).find(sought())
    assert (caught.value.faults[0].code, caught.value.transient) == ("CF-G035", True)


@pytest.mark.row("H2")
def test_a_list_that_is_not_there_says_nothing_of_what_is_in_it(tmp_path: Path) -> None:
    with Vendor(Said(404, {"message": "no Route matched"})) as vendor, pytest.raises(StageError) as caught:
        remote(vendor, tmp_path, idempotency="list").find(sought())
    assert caught.value.faults[0].code == "CF-G035"


def test_a_vendor_that_is_not_there_is_never_read_as_absent(tmp_path: Path) -> None:
    with pytest.raises(StageError, match="CF-G035"):
        remote(NOBODY, tmp_path).find(sought())


def test_a_vendor_that_offers_no_way_to_look_is_not_asked(tmp_path: Path) -> None:
    class Blind(Plain):
        def find(self, sought: Sought) -> Call | None:
            return None

    assert remote(NOBODY, tmp_path, Blind()).find(sought()) is None


def brought(vendor: Vendor, folder: Path, dialect: Plain | None = None) -> Uploaded:
    (folder / "sheet.png").write_bytes(b"\x89PNG picture")
    return remote(vendor, folder / "work", dialect or Shelf()).upload(
        folder / "sheet.png", "image/png", "ab12"
    )


def test_a_reference_is_brought_in_as_many_steps_as_the_vendor_asks_for(tmp_path: Path) -> None:
    with Vendor(Said(body={"put": "/slot/1?sign=x"}), Said(body={"url": "https://files.test/1"})) as vendor:
        assert brought(vendor, tmp_path) == Uploaded("https://files.test/1")
    assert vendor.paths == ["POST /v1/files", "PUT /v1/slot/1?sign=x"]
    assert vendor.asked[0].json == {"name": "sheet.png", "sha256": "ab12"}
    assert vendor.asked[1].body == b"\x89PNG picture"
    assert vendor.asked[1].headers["content-type"] == "image/png"


@pytest.mark.parametrize(
    ("said", "transient"),
    [(Said(429, {}), True), (Said(503, {}), True), (Said(500, {}), True), ((Said(), "drop"), True),
     (Said(400, {}), False), (Said(401, {}), False), (Said(413, {}), False), (Said(body=b"<html>"), False)],
)  # fmt: skip
def test_a_reference_that_is_not_taken_says_whether_it_may_be_later(
    tmp_path: Path, said: Said | tuple[Said, Line], transient: bool
) -> None:
    with Vendor(said) as vendor, pytest.raises(StageError) as caught:
        brought(vendor, tmp_path)
    assert (caught.value.faults[0].code, caught.value.transient) == ("CF-G036", transient)
    assert len(vendor.asked) == 1


def test_a_vendor_that_asks_for_more_and_more_is_left(tmp_path: Path) -> None:
    with Vendor(Said(body={"put": "/again"})) as vendor, pytest.raises(StageError, match="more and more"):
        brought(vendor, tmp_path)
    assert len(vendor.asked) == 8


@pytest.mark.row("D14")
def test_no_part_of_a_reference_goes_where_the_vendor_does_not_live(tmp_path: Path) -> None:
    with (
        Vendor() as other,
        Vendor(Said(body={"put": f"{other.base_url}/slot"})) as vendor,
        pytest.raises(StageError, match="no host of `plain`"),
    ):
        brought(vendor, tmp_path)
    assert other.asked == []


def test_a_vendor_without_a_shelf_takes_no_references(tmp_path: Path) -> None:
    with Vendor() as vendor, pytest.raises(StageError, match="CF-G036"):
        brought(vendor, tmp_path, Plain())
    assert vendor.asked == []


@pytest.mark.parametrize(
    ("said", "arrived"), [(Said(204), True), (Said(404, {}), False), ((Said(), "drop"), False)]
)
def test_a_vendor_is_told_to_stop(tmp_path: Path, said: Said | tuple[Said, Line], arrived: bool) -> None:
    with Vendor(said) as vendor:
        assert remote(vendor, tmp_path, Shelf()).cancel("job-1") is arrived
    assert vendor.paths == ["DELETE /v1/jobs/job-1"]


def test_what_cannot_be_told_to_stop_goes_on(tmp_path: Path) -> None:
    assert remote(NOBODY, tmp_path).cancel("job-1") is False
    assert remote(NOBODY, tmp_path, Shelf()).cancel("a\r\nb") is False


def _echo(asked: Asked) -> Said:
    """Answer with everything that was asked, key and all."""
    told = f"{asked.headers['authorization']} {json.dumps(asked.headers)}"
    return Said(400, {"error": told, "failed": told, "refused": told}, {"x-key": told})


@pytest.mark.row("H10")
def test_a_key_that_a_vendor_repeats_is_in_no_outcome_no_error_no_file_and_no_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    told: list[object] = []
    with Vendor(_echo) as vendor:
        ours = remote(vendor, tmp_path, Shelf())
        told += [ours.submit(submission()), ours.poll("job-1")]
        for act in (
            lambda: ours.find(sought()),
            lambda: brought(vendor, tmp_path),
            lambda: ours.download("job-1", succeeded(vendor, "x"), tmp_path / "out"),
        ):
            with pytest.raises(StageError) as caught:
                act()
            told.append(caught.value)
        assert KEY in vendor.asked[0].headers["authorization"]
    assert KEY not in f"{told!r} {[str(one) for one in told]} {caplog.text} {ours!r} {ours.__dict__!r}"
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()]


def test_proof_is_made_anew_for_each_call_by_the_clock_that_is_given(tmp_path: Path) -> None:
    class Signed(Plain):
        def signed(self, call: Call, keys: Mapping[str, str], now: datetime) -> Mapping[str, str]:
            return {"x-proof": f"{call.method} {now:%H:%M} {sorted(keys)}"}

    with Vendor(Said(body={"id": "j"}), Said(body={})) as vendor:
        ours: Remote = remote(vendor, tmp_path, Signed())
        ours.submit(submission())
        ours.poll("j")
    assert [asked.headers["x-proof"] for asked in vendor.asked] == [
        "POST 12:00 ['PLAIN_KEY']",
        "GET 12:00 ['PLAIN_KEY']",
    ]
