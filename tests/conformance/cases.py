"""Our own vendors as the kit tries them: each with the model that shows most of its protocol."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from cine_forge.generation.conformance.case import Case, case_of
from cine_forge.generation.profiles import Profile
from cine_forge.kernel.ground.errors import ProjectError
from cine_forge.kernel.ground.source import load_source, validate_model
from tests.fakes import (
    ark,
    atlas,
    comfyui,
    elevenlabs,
    fal,
    flora,
    google,
    kling,
    openai_images,
    replicate,
    runway,
    sync,
)
from tests.generation.support import ROOT


def profile(model: str) -> Profile:
    """Return one profile that ships with us."""
    source = load_source(ROOT / "configs" / "models" / f"{model}.yaml")
    return validate_model(source, Profile, family=ProjectError, code="CF-G043")


def _comfyui() -> Case:
    return case_of(profile("comfyui-plain-still"), lambda clock: comfyui.ComfyUi(), {})


def _fal() -> Case:
    keys = {"FAL_KEY": fal.KEY}
    return case_of(profile("fal-nano-banana-pro"), lambda clock: fal.FalManner(), keys)


def _google() -> Case:
    model = profile("google-omni-1.1-flash")
    return case_of(model, lambda clock: google.GoogleManner(), google.KEYS)


def _kling() -> Case:
    return case_of(profile("kling-image"), lambda clock: kling.KlingManner(now=clock.now), kling.KEYS)


def _ark() -> Case:
    case = case_of(profile("ark-seedance-2.0"), lambda clock: ark.ArkManner(), ark.KEYS)
    return replace(case, price_micro_usd=56_000)  # 5,000 tokens: it counts, and tells no sum


def _ark_stills() -> Case:
    return case_of(profile("ark-seedream-4.5"), lambda clock: ark.ArkStillsManner(), ark.KEYS)


def _atlas() -> Case:
    return case_of(profile("atlas-nano-banana-2"), lambda clock: atlas.AtlasManner(), atlas.KEYS)


def _flora() -> Case:
    return case_of(profile("flora-nano-banana-2"), lambda clock: flora.FloraManner(), flora.KEYS)


def _replicate() -> Case:
    keys = {"REPLICATE_API_TOKEN": replicate.KEY}
    return case_of(
        profile("replicate-flux-1.1-pro"), lambda clock: replicate.ReplicateManner(clock.now), keys
    )


def _openai_images() -> Case:
    keys = {"OPENAI_API_KEY": openai_images.KEY}
    model = profile("openai-gpt-image-2")
    made = model.most_output_tokens or 0  # the most that it may count, which is what is set aside
    return case_of(model, lambda clock: openai_images.ImagesManner(made=made), keys)


def _elevenlabs() -> Case:
    keys = {"ELEVENLABS_API_KEY": elevenlabs.KEY}
    return case_of(profile("elevenlabs-effects-v2"), lambda clock: elevenlabs.ElevenLabsManner(), keys)


def _runway() -> Case:
    keys = {"RUNWAYML_API_SECRET": runway.KEY}
    case = case_of(profile("runway-gen4-image"), lambda clock: runway.RunwayManner(), keys)
    able = case.capabilities.model_copy(update={"inline_bytes": 0})  # small pictures are brought too
    return replace(case, capabilities=able)


def _sync() -> Case:
    return case_of(profile("sync-lipsync-2"), lambda clock: sync.SyncManner(), sync.KEYS)


CASES: Mapping[str, Callable[[], Case]] = {
    "ark": _ark,
    "ark_stills": _ark_stills,
    "atlas": _atlas,
    "comfyui": _comfyui,
    "elevenlabs": _elevenlabs,
    "fal": _fal,
    "flora": _flora,
    "google": _google,
    "kling": _kling,
    "openai_images": _openai_images,
    "replicate": _replicate,
    "runway": _runway,
    "sync": _sync,
}
"""By vendor. A new one is a row here."""
