"""Routing: override, then exception, then primary, each with its reason; a fallback is only declared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cine_forge.generation.payloads import read_payload
from cine_forge.generation.routing import Route, Routes, read_routes
from cine_forge.kernel.ground.errors import ProjectError, UsageError
from tests.generation.support import ROOT, image, routes, video

TWO = {
    "providers": {"fake": {"image_t2i": "fake-still"}, "other": {"image_t2i": "other-still"}},
    "primary": {"image_t2i": {"provider": "fake", "declared_fallback": "other"}},
}
PENCILS = {
    "when": {"modality": "image_t2i", "tier": "pencil"},
    "provider": "other",
    "because": "pencils are cheap",
}


def chosen(strategy: Routes, payload: dict[str, Any] | None = None) -> Route:
    """Return the route of a payload."""
    return strategy.choose(read_payload(payload or image()))


def written(folder: Path, text: str) -> Path:
    """Write a strategy file."""
    path = folder / "providers.yaml"
    path.write_text(text)
    return path


@pytest.mark.row("D18")
def test_an_override_wins_over_an_exception_and_an_exception_over_the_primary() -> None:
    assert chosen(routes(**TWO)).provider == "fake"
    assert chosen(routes(**TWO, exceptions=[PENCILS])) == Route(
        "other", "other-still", "exception: pencils are cheap"
    )
    overridden = chosen(routes("fake", **TWO, exceptions=[PENCILS]))
    assert overridden == Route("fake", "fake-still", "override: --provider fake")


@pytest.mark.row("D18")
def test_an_exception_fits_only_what_it_names() -> None:
    strategy = routes(**TWO, exceptions=[PENCILS])
    assert chosen(strategy, image(tier="finish")).provider == "fake"
    of_action = {**PENCILS, "when": {"modality": "image_t2i", "action": "is2i"}}
    assert chosen(routes(**TWO, exceptions=[of_action])).provider == "fake"


@pytest.mark.row("D17")
def test_a_fallback_is_shown_as_declared_and_never_as_tried() -> None:
    route = chosen(routes(**TWO))
    assert route.declared_fallback == "other"
    assert route.reason == "primary of image_t2i (fallback `other` is declared, not tried)"


def test_clips_over_a_length_can_go_elsewhere() -> None:
    both = {"fake": {"video_i2v": "fake-clip"}, "other": {"video_i2v": "other-clip"}}
    long = {"modality": "video_i2v", "longer_than_s": 10}
    rule = {"when": long, "provider": "other", "because": "`fake` makes 10 s"}
    found = routes(providers=both, primary={"video_i2v": {"provider": "fake"}}, exceptions=[rule])
    assert [chosen(found, video(frames=frames)).provider for frames in (240, 241)] == ["fake", "other"]


@pytest.mark.row("D18")
def test_a_wired_fallback_is_shown_in_the_reason_and_an_override_has_none() -> None:
    wired = {**TWO, "primary": {"image_t2i": {"provider": "fake", "fallback": "other"}}}
    route = chosen(routes(**wired))
    assert (route.reason, route.fallback) == ("primary of image_t2i (fallback `other`)", "other")
    assert chosen(routes("fake", **wired)).fallback is None
    excepted = chosen(routes(**TWO, exceptions=[{**PENCILS, "fallback": "fake"}]))
    assert (excepted.reason, excepted.fallback) == ("exception: pencils are cheap (fallback `fake`)", "fake")


@pytest.mark.parametrize(
    ("fallback", "said"),
    [("locl", "no provider `locl`"), ("local", "cannot take over from itself"),
     ("scripted", "fallback `scripted` has no model for `image_t2i`")],
)  # fmt: skip
def test_a_fallback_that_could_never_be_asked_is_located(tmp_path: Path, fallback: str, said: str) -> None:
    text = "providers: {local: {image_t2i: local-still}, scripted: {text_author: scripted-text}}\n"
    text += f"primary:\n  image_t2i: {{provider: local, fallback: {fallback}}}\n"
    with pytest.raises(ProjectError, match=rf"CF-G040 .*providers\.yaml:3:\d+: .*{said}"):
        read_routes(written(tmp_path, text))


@pytest.mark.parametrize(("slots", "where"), [("{lcal: 1}", "3:"), ("{local: 0}", "3:")])
def test_slots_are_of_listed_providers_and_one_at_least(tmp_path: Path, slots: str, where: str) -> None:
    text = f"providers: {{local: {{image_t2i: local-still}}}}\nprimary: {{}}\nslots: {slots}\n"
    with pytest.raises(ProjectError, match=rf"CF-G040 .*providers\.yaml:{where}"):
        read_routes(written(tmp_path, text))


def test_a_modality_that_nobody_carries_is_said_with_what_is_carried() -> None:
    with pytest.raises(ProjectError, match=r"CF-G041.*no primary provider of `video_i2v`\n.*`image_t2i`"):
        chosen(routes(), video())
    with pytest.raises(ProjectError, match=r"CF-G041.*`other` has no model for `video_i2v`"):
        chosen(routes("other", **TWO), video())


def test_an_unknown_provider_in_the_file_is_located(tmp_path: Path) -> None:
    text = "providers:\n  local: {image_t2i: local-still}\nprimary:\n  image_t2i: {provider: locl}\n"
    with pytest.raises(
        ProjectError, match=r"CF-G040 .*providers\.yaml:4:\d+: .*`locl`\n.*did you mean `local`"
    ):
        read_routes(written(tmp_path, text))


def test_an_unknown_key_in_the_file_is_located(tmp_path: Path) -> None:
    text = "providers:\n  local: {image_t2i: local-still}\nprimary: {}\nfallbacks: {}\n"
    with pytest.raises(ProjectError, match=r"CF-G040 .*providers\.yaml:4:1: unknown key `fallbacks`"):
        read_routes(written(tmp_path, text))


def test_an_override_that_is_not_listed_is_the_callers_mistake(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"CF-G040.*`lcal`\n.*did you mean `local`"):
        read_routes(ROOT / "configs" / "providers.yaml", "lcal")


@pytest.mark.row("C33")
def test_the_shipped_strategy_carries_stills_and_clips_by_the_embedded_provider() -> None:
    strategy = read_routes(ROOT / "configs" / "providers.yaml")
    assert (chosen(strategy).provider, chosen(strategy).model) == ("local", "local-still")
    assert chosen(strategy, video()).model == "local-clip"
