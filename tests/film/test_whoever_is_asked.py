"""What the film asks fits whoever is asked: every shipped model takes the sample film's stills and clips."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from cine_forge.film.requests.agreement import Agreement, agree
from cine_forge.generation.ability import Ability, agreed
from cine_forge.generation.dispatch.inspection import inspect
from cine_forge.generation.dispatch.order import Order
from cine_forge.generation.length import length_s
from cine_forge.generation.payloads import Reference, VideoPayload, payload_digest, read_payload
from cine_forge.generation.profiles import Profile
from cine_forge.generation.providers.capabilities import provider_names, read_capabilities
from tests.film.sample import Wished, clips, stills
from tests.generation.support import reference, shipped_profiles

PROFILES = {
    name: one for name, one in shipped_profiles().items() if one.modality in ("image_t2i", "video_i2v")
}
CAPABILITIES = {name: read_capabilities(name) for name in provider_names()}
HOUSES = {"openai": "openai_images"}
"""Providers whose models do not begin with their names."""


def ability(model: str) -> Ability:
    """Return a model at the provider whose name it begins with."""
    house = model.partition("-")[0]
    return Ability(PROFILES[model], CAPABILITIES[HOUSES.get(house, house)])


def asked_of(able: Ability, wished: Wished) -> Agreement[Any]:
    """Return a wish as a model takes it, through the words of the one door."""

    def door(request: Mapping[str, Any]) -> Mapping[str, Any]:
        payload, conceded = agreed(read_payload(request["payload"]), lambda _: able)
        told = {"payload": payload.model_dump(), "conceded": conceded, "prompts": able.prompts}
        return {"model": able.profile.model, **told}

    return agree(door, wished.payload, wished.brief, model=wished.model)


def hardest(wishes: Iterable[Wished]) -> list[Wished]:
    """Return, of each kind of request, those that ask for most and least: text, pictures, seconds."""
    kinds: dict[tuple[str, ...], list[Wished]] = {}
    for one in wishes:
        kinds.setdefault((str(getattr(one.payload, "tier", "")), str(one.brief.shot is None)), []).append(one)
    weights = (lambda one: len(one.payload.prompt), pictures, lambda one: length_s(one.payload))
    chosen = [pick(kind, key=weight) for kind in kinds.values() for weight in weights for pick in (min, max)]
    return list({payload_digest(one.payload): one for one in chosen}.values())


def pictures(wished: Wished) -> int:
    payload = wished.payload
    return len(payload.reference_images if isinstance(payload, VideoPayload) else payload.identity_refs)


def wishes_for(profile: Profile, picture: Reference) -> list[Wished]:
    return list(stills(picture) if profile.modality == "image_t2i" else clips(picture))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("project")


@pytest.fixture(scope="module")
def picture(project: Path) -> Reference:
    """Return the one picture that stands for every reference."""
    return Reference.model_validate(reference(project))


def check(model: str, wishes: Iterable[Wished], project: Path) -> None:
    """Hold that nothing is refused but a shot that is longer than anything the model makes."""
    able, durations = ability(model), PROFILES[model].durations
    for wished in wishes:
        found = asked_of(able, wished)
        faults = inspect(Order(found.payload), able.profile, able.capabilities, project)
        too_long = durations is not None and length_s(wished.payload) > durations.most_s
        assert [fault.code for fault in faults] == (["CF-G025"] if too_long else []), faults


@pytest.mark.row("G20")
@pytest.mark.parametrize("model", sorted(PROFILES))
def test_every_model_takes_what_the_sample_film_asks(model: str, project: Path, picture: Reference) -> None:
    check(model, hardest(wishes_for(PROFILES[model], picture)), project)


@pytest.mark.sweep
@pytest.mark.parametrize("model", sorted(PROFILES))
def test_every_model_takes_the_whole_sample_film(model: str, project: Path, picture: Reference) -> None:
    check(model, wishes_for(PROFILES[model], picture), project)


@pytest.mark.parametrize("model", sorted(PROFILES))
def test_a_model_changes_only_what_its_profile_demands(model: str, picture: Reference) -> None:
    able = ability(model)
    for wished in hardest(wishes_for(PROFILES[model], picture)):
        found = asked_of(able, wished)
        before, after = wished.payload.model_dump(), found.payload.model_dump()
        changed = {name for name in before if before[name] != after[name]}
        told = {"width" if one.part == "size" else one.part for one in found.conceded}
        assert changed - {"height"} == told
        assert found.kept.width == wished.payload.width and all(one.why for one in found.conceded)
        heard = PROFILES[model].sound or not isinstance(wished.payload, VideoPayload)
        if heard and not able.unfit(wished.payload):
            assert found.payload == wished.payload


def test_a_start_frame_is_kept_before_references_and_said_to_be(picture: Reference) -> None:
    wished = max(clips(picture), key=pictures)
    found = asked_of(ability("ark-seedance-2.0"), wished)
    assert (found.payload.start_frame, found.payload.reference_images) == (picture, ())
    left = [one.entity for one in found.wish.reference_images]
    assert len(left) == pictures(wished) == 3
    assert [str(one) for one in found.conceded] == [
        "without reference pictures: `ark-seedance-2.0` takes either them or a start frame "
        f"(3 left out: {', '.join(left)})"
    ]


def test_a_mute_model_is_not_asked_for_sound(picture: Reference) -> None:
    found = asked_of(ability("runway-gen4.5"), next(clips(picture)))
    assert found.wish.generate_audio and not found.payload.generate_audio
    assert ("without sound", "`runway-gen4.5` makes none") in [(one.what, one.why) for one in found.conceded]


def test_a_shot_shorter_than_what_is_made_is_asked_longer_and_kept_as_long_as_it_is(
    picture: Reference,
) -> None:
    wished = min(clips(picture), key=lambda one: length_s(one.payload))
    found = asked_of(ability("google-omni-1.1-flash"), wished)
    assert (found.wish.frames, found.payload.frames, found.kept.frames) == (36, 72, 36)


def test_a_prompt_tells_the_action_to_the_last_sentence_its_reader_has_room_for(picture: Reference) -> None:
    wished = max(stills(picture), key=lambda one: len(one.payload.prompt))
    found = asked_of(ability("kling-image"), wished)
    assert len(found.payload.prompt) <= 500 < len(wished.payload.prompt)
    assert found.payload.prompt.endswith(".") and wished.payload.prompt.startswith(found.payload.prompt)
    assert "characters are told" in next(one.detail for one in found.conceded if one.part == "prompt")
