"""Several shots at a paid provider: in one request only where profile and declaration say so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cine_forge.generation.desk import Desk, open_desk
from cine_forge.generation.dispatch.surroundings import Surroundings
from cine_forge.generation.providers.opening import Opening, Providers
from cine_forge.generation.providers.provider import PollOutcome
from cine_forge.kernel.ground.errors import StageError
from cine_forge.media.clip import ClipSpec, write_clip
from tests.generation.asked import several
from tests.generation.support import NOON, ORIGIN, FakeProvider, profile, reference, routes

PRICE = 400_000


class Shop:
    """A desk over one fake provider whose models make clips of references, and which shots at once."""

    def __init__(self, project: Path, *, native: bool) -> None:
        self.project, self.provider = project, FakeProvider()
        actions = ["r2v", "ms2v"] if native else ["r2v"]
        told = {"actions": tuple(actions), "reference_slots": {"reference_images": 4}}
        self.provider.capabilities = self.provider.capabilities.model_copy(update=told)
        slots = {"reference_images": 4}
        self.profiles = {
            "fake-refs": profile(model="fake-refs", modality="video_r2v", sound=True, actions={"r2v": slots}),
            "fake-shots": profile(
                model="fake-shots", modality="r2v_multi", sound=True, actions={actions[-1]: slots}
            ),
        }
        write_clip(project / "x.mp4", ClipSpec(64, 36, "24"), [np.zeros((36, 64, 3), np.uint8)], SILENCE)
        self.provider.content = (project / "x.mp4").read_bytes()

    def desk(self) -> Desk:
        """Open the desk anew."""
        surroundings = Surroundings(clock=lambda: NOON, receipts_log=lambda run_id: self.project / "log")
        strategy = routes(
            providers={"fake": {"video_r2v": "fake-refs", "r2v_multi": "fake-shots"}},
            primary={name: {"provider": "fake"} for name in ("video_r2v", "r2v_multi")},
        )
        providers = Providers(Opening(self.project), {"fake": self.provider})
        return open_desk(self.project, strategy, self.profiles, surroundings, providers)

    def send(self, **changes: Any) -> Any:
        """Send two shots of one reference."""
        payload = several(reference_images=[reference(self.project)], **changes)
        return self.desk().ask({"act": "send", "payload": payload}, ORIGIN)


SILENCE = np.zeros((8, 2), np.float32)


@pytest.mark.row("D20")
def test_native_shots_are_one_purchase_where_the_profile_says_so(tmp_path: Path) -> None:
    shop = Shop(tmp_path, native=True)
    answer = shop.send(native=True)
    assert [sent.action for sent in shop.provider.sent] == ["ms2v"]
    assert (answer["result"]["success"], answer["cost_micro_usd"]) == (True, PRICE)
    assert len(answer["result"]["metadata"]["segments"]) == 1


@pytest.mark.row("D20")
def test_native_shots_raise_elsewhere_and_nothing_is_sent_another_way(tmp_path: Path) -> None:
    shop = Shop(tmp_path, native=False)
    with pytest.raises(StageError, match=r"CF-G023.*`fake-shots` cannot do `ms2v`"):
        shop.send(native=True)
    assert shop.provider.sent == []


@pytest.mark.row("D20")
@pytest.mark.parametrize("native", [True, False])
def test_shots_go_one_after_another_unless_asked_natively_whatever_the_profile_says(
    tmp_path: Path, native: bool
) -> None:
    shop = Shop(tmp_path, native=native)
    answer = shop.send()
    assert [sent.action for sent in shop.provider.sent] == ["r2v", "r2v"]
    assert answer["cost_micro_usd"] == sum(part["cost_micro_usd"] for part in answer["parts"]) == 2 * PRICE


@pytest.mark.row("C34")
def test_shots_that_still_run_are_parked_and_bought_once_however_often_they_are_asked_for(
    tmp_path: Path,
) -> None:
    shop = Shop(tmp_path, native=False)
    done = shop.provider.outcome
    shop.provider.outcome = PollOutcome("running")
    first, second = shop.send(), shop.send()
    assert set(first) == {"parked"} and first == second
    assert len(shop.provider.sent) == 1, "the second shot could wait for the first one's slot for ever"
    shop.provider.outcome = done
    assert shop.send()["result"]["success"]
    assert len(shop.provider.sent) == 2


def test_one_shot_that_failed_leaves_the_others_and_is_named(tmp_path: Path) -> None:
    shop = Shop(tmp_path, native=False)
    shop.provider.outcome = PollOutcome("failed", error="not allowed", cost_micro_usd=0)
    result = shop.send()["result"]
    assert not result["success"]
    assert result["error"] == "shot:1: not allowed; shot:2: not allowed"
