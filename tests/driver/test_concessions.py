"""The plan tells what a model is not asked for, and warns of what it cannot make, before a cent is spent."""

from __future__ import annotations

from typing import Any

import pytest

from cine_forge.driver.money.spend import Forecast
from cine_forge.driver.plans.plan_text import print_plan
from cine_forge.generation.money.history import History
from cine_forge.generation.routing import read_routes
from cine_forge.kernel.planning.plan import Plan
from cine_forge.kernel.planning.policy import Asked
from cine_forge.kernel.planning.record import Record
from cine_forge.kernel.stages.contract import Given
from tests.film.sample import shots_and_assets
from tests.generation.support import ROOT, shipped_profiles, video

FACTS = {"delivery.width": 1280, "delivery.height": 720, "delivery.fps": "24"}
FREEZING = {"modality": "video_i2v", "spends": False}


def shot(label: str) -> Given:
    found = next(one for one in shots_and_assets()[0] if one.label == label)
    return Given("shot/a@v1", "0", found.id, found.model_dump(mode="json"))


def forecast(provider: str) -> tuple[Forecast, Record]:
    routes, record = read_routes(ROOT / "configs" / "providers.yaml", provider), Record()
    profiles = shipped_profiles()
    return Forecast(
        routes, profiles, FACTS, lambda stage: 1, history=lambda *_: History(), record=record
    ), record


def freezing(label: str, **params: Any) -> Asked:
    return Asked("payload_dispatch", "shot:a", "m", params, {"shot": shot(label)}, FREEZING)


def test_what_is_left_out_is_decided_once_for_a_stage_with_its_reason() -> None:
    plan, record = forecast("runway")
    assert [plan.estimate(freezing(label)) for label in ("4A", "4B")] == [None, None]
    assert [(one.policy, one.question, one.answer, one.why) for one in record.rulings] == [
        ("concession", "what `payload_dispatch` asks of runway runway-gen4.5", what, f"`runway-gen4.5` {why}")
        for what, why in (("without reference pictures", "takes none"), ("without sound", "makes none"))
    ]
    assert record.warnings == []


def test_what_nobody_wished_is_not_missed() -> None:
    plan, record = forecast("runway")
    plan.estimate(freezing("4A", sound=False))
    assert [one.answer for one in record.rulings] == ["without reference pictures"]
    plan, record = forecast("local")
    plan.estimate(freezing("4A"))
    assert (record.rulings, record.warnings) == ((), [])


def test_a_shot_that_no_clip_is_long_enough_for_is_warned_of() -> None:
    plan, record = forecast("runway")
    plan.estimate(freezing("6A"))
    (warning,) = record.warnings
    assert (warning.code, warning.where) == ("CF-G025", "payload_dispatch/6A")
    assert "a clip of 14.250 s" in warning.what and "longer_than_s" in warning.hint


def test_a_stage_of_the_films_stills_is_priced_by_what_its_model_is_asked() -> None:
    plan, record = forecast("replicate")
    board = Asked("storyboard.finish", "shot:a", "m", {}, {"shot": shot("4A")}, {"modality": "image_t2i"})
    found = plan.estimate(board)
    assert found is not None and found.provider == "replicate" and found.micro_usd > 0
    assert [one.answer for one in record.rulings] == ["without pictures of people and places"]


def test_a_frozen_request_tells_what_was_conceded_for_it() -> None:
    one = {"part": "generate_audio", "what": "without sound", "why": "it makes none"}
    payload = video(width=1280, height=720, frames=48)
    frozen = {"shot": "shot:a", "attempt": 1, "provider": "ark", "model": "m", "est_cost_micro_usd": 0,
              "routing_reason": "", "receipt": "rc-1", "payload": payload, "conceded": [one]}  # fmt: skip
    held = (Given("payload/a@v1", "0", "shot:a", frozen),)
    plan, record = forecast("ark")
    plan.estimate(Asked("generation", "shot:a", "m", {}, {"payloads": held}, {"modality": "video_i2v"}))
    assert [(one.answer, one.why) for one in record.rulings] == [("without sound", "it makes none")]


def test_a_person_reads_who_is_not_asked_for_what(capsys: pytest.CaptureFixture[str]) -> None:
    plan, record = forecast("ark")
    plan.estimate(freezing("4A"))
    print_plan(Plan("p", "ep001", "ep", (), rulings=record.rulings), as_json=False)
    assert (
        "ark ark-seedance-2.0: asked without reference pictures, since `ark-seedance-2.0` takes either them "
        "or a start frame (`payload_dispatch`)"
    ) in " ".join(capsys.readouterr().out.split())
