"""A vendor that has to be asked several questions: before a submit, at a poll, for a result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from cine_forge.generation.providers.call import Answer, Call
from cine_forge.generation.providers.capabilities import Capabilities
from cine_forge.generation.providers.dialect import Delivered
from cine_forge.generation.providers.endpoint import Endpoint
from cine_forge.generation.providers.opening import Opening
from cine_forge.generation.providers.provider import PollOutcome, Seal, Sought, Submission, SubmitOutcome
from cine_forge.generation.providers.remote import Remote
from cine_forge.generation.providers.trouble import Trouble
from cine_forge.kernel.ground.errors import StageError
from tests.generation.support import NOON, image
from tests.wire.chat_server import ChatServer, Say

ABLE = {"name": "fake", "description": "", "actions": ["t2i"], "idempotency": "list", "price_source": ""}


@dataclass
class Plain:
    """A dialect of four requests; what it was answered is kept."""

    read: list[tuple[str, Any]] = field(default_factory=list)

    def signed(self, call: Call, keys: Mapping[str, str], now: datetime) -> Mapping[str, str]:
        return {}

    def submit(self, submission: Submission) -> Call:
        return Call("POST", "/buy", body={})

    def submitted(self, answer: Answer, submission: Submission) -> SubmitOutcome | None:
        return SubmitOutcome("submitted", provider_id="j") if answer.is_good else None

    def poll(self, provider_id: str) -> Call:
        return Call("POST", "/state", body={})

    def polled(self, answer: Answer, provider_id: str) -> PollOutcome | Delivered | Call | None:
        self.read.append((answer.call.path if answer.call else "", answer.data))
        if answer.call and answer.call.path == "/result":
            return Delivered(answer.body)
        return Call("POST", "/result", body={}) if answer.data == {"done": True} else None

    def find(self, sought: Sought) -> Call:
        return Call("POST", "/old", body={})

    def found(self, answer: Answer, sought: Sought) -> str | Call | None:
        if answer.call and answer.call.path == "/old":
            return Call("POST", "/new", body={})
        return answer.text_at("id")

    def trouble(self, answer: Answer) -> Trouble | None:
        return None

    def complaint(self, answer: Answer) -> str | None:
        return None


class Careful(Plain):
    """The same, but it asks before it buys."""

    def check(self, submission: Submission) -> Call:
        return Call("POST", "/check", body={})

    def checked(self, answer: Answer, submission: Submission) -> SubmitOutcome | None:
        return SubmitOutcome("refused", error="no such node") if answer.data == {"ok": False} else None


def remote(server: ChatServer, folder: Path, dialect: Plain | None = None) -> Remote:
    endpoint = Endpoint(base_url=server.base_url)
    opening = Opening(folder, endpoints={"fake": endpoint}, clock=lambda: NOON)
    return Remote(opening, Capabilities.model_validate(ABLE), dialect or Plain())


def submission() -> Submission:
    from cine_forge.generation.action import Action
    from cine_forge.generation.payloads import read_payload

    return Submission(Seal(), "rc-1", read_payload(image()), 1, Action.T2I, "m", "e")


def test_a_poll_asks_on_until_it_knows_and_keeps_what_came_with_the_answer(tmp_path: Path) -> None:
    with ChatServer(Say(body=b'{"done": true}'), Say(body=b"the picture")) as server:
        outcome = remote(server, tmp_path).poll("j")
        remote(server, tmp_path).download("j", outcome, tmp_path / "out")
        assert [head[":path"] for head in server.heads] == ["/v1/state", "/v1/result"]
    assert outcome.state == "succeeded" and (tmp_path / "out").read_bytes() == b"the picture"


def test_a_poll_that_is_sent_on_for_ever_still_runs(tmp_path: Path) -> None:
    with ChatServer(Say(body=b'{"done": true}')) as server:
        dialect = Plain()
        dialect.polled = lambda answer, name: Call("POST", "/state", body={})  # type: ignore[method-assign]
        assert remote(server, tmp_path, dialect).poll("j").state == "running"
        assert len(server.asked) == 8


def test_a_lost_submit_is_looked_for_in_every_place(tmp_path: Path) -> None:
    sought = Sought("rc-1", submission(), NOON)
    with ChatServer(Say(body=b"{}"), Say(body=b'{"id": "j9"}')) as server:
        assert remote(server, tmp_path).find(sought) == "j9"
        assert [head[":path"] for head in server.heads] == ["/v1/old", "/v1/new"]


@pytest.mark.parametrize("status", [200, 404])
def test_a_page_instead_of_a_list_says_nothing_of_a_lost_submit(tmp_path: Path, status: int) -> None:
    with (
        ChatServer(Say(status, b"<html>502 Bad Gateway</html>")) as server,
        pytest.raises(StageError) as told,
    ):
        remote(server, tmp_path).find(Sought("rc-1", submission(), NOON))
    assert told.value.faults[0].code == "CF-G035"


def test_what_would_not_be_taken_is_refused_before_anything_is_bought(tmp_path: Path) -> None:
    with ChatServer(Say(body=b'{"ok": false}')) as server:
        refused = remote(server, tmp_path, Careful()).submit(submission())
        assert [head[":path"] for head in server.heads] == ["/v1/check"]
    assert (refused.state, refused.error) == ("refused", "no such node")


@pytest.mark.parametrize("status", [500, 502, 503, 429])
def test_a_vendor_that_cannot_be_asked_before_has_taken_nothing(tmp_path: Path, status: int) -> None:
    with ChatServer(Say(status, b"busy"), Say(body=b"{}")) as server:
        refused = remote(server, tmp_path, Careful()).submit(submission())
        assert len(server.asked) == 1
    assert refused.state == "refused" and refused.trouble in (Trouble.UNREACHED, Trouble.THROTTLED)


def test_a_check_that_says_nothing_against_it_lets_it_be_bought(tmp_path: Path) -> None:
    with ChatServer(Say(body=b'{"ok": true}'), Say(body=b"{}")) as server:
        assert remote(server, tmp_path, Careful()).submit(submission()).state == "submitted"
        assert [head[":path"] for head in server.heads] == ["/v1/check", "/v1/buy"]
