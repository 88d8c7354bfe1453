"""Cases: one vendor as the kit tries it: its adapter, its model, its fake, and what is bought of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cine_forge.generation.conformance.medium import mp4, png, wav
from cine_forge.generation.conformance.vendor import Clock, Manner
from cine_forge.generation.payloads import Modality
from cine_forge.generation.profiles import Profile
from cine_forge.generation.providers.capabilities import Capabilities, read_capabilities
from cine_forge.kernel.ground.hashing import digest_of_bytes

Write = Callable[[str, bytes], dict[str, Any]]
"""Writes a file into the project and returns a reference to it, as plain data."""

_CAMERA = {"eye": [0, 1.6, -4], "target": [0, 1.4, 0], "lens_mm": 35, "size": "MS"}
_SET = {"kind": "room", "ground": "#8a7a66", "wall": "#c8beac", "accent": "#445566"}
_BLOCKING = {"place": "INT", "daytime": "day", "set": _SET, "camera": _CAMERA, "figures": []}


@dataclass(frozen=True)
class WoundClock(Clock):
    """A clock that goes only while somebody pauses: hours of a vendor's grace take no time."""

    gone: list[float] = field(default_factory=lambda: [0.0])

    def seconds(self) -> float:
        """Return the seconds that were paused for."""
        return self.gone[0]

    def pause(self, seconds: float) -> None:
        """Let so many seconds pass."""
        self.gone[0] += max(0.0, seconds)


@dataclass(frozen=True)
class Case:
    """What is tried. `manner` makes the vendor's fake for a clock; `keys` are what it lets in.

    `payload` writes what is bought, for a number that makes it another one, with references only where it
    must have some or is asked for them. `tells_price`: the vendor names what it charges, whatever that
    is; `price_micro_usd` is what it charges, by default the forecast.
    """

    capabilities: Capabilities
    profile: Profile
    manner: Callable[[Clock], Manner]
    keys: Mapping[str, str]
    payload: Callable[[int, Write, bool], dict[str, Any]]
    folders: tuple[Path, ...] = ()
    tells_price: bool = False
    price_micro_usd: int | None = None

    @property
    def name(self) -> str:
        """Return the vendor's name."""
        return self.capabilities.name

    @property
    def is_findable(self) -> bool:
        """Say whether a lost submit of this model can be looked for, by our id or in a list."""
        able = self.capabilities
        return able.idempotency in ("key", "list") and not set(self.profile.actions) <= set(able.unlisted)

    @property
    def refers(self) -> bool:
        """Say whether what is bought of this model may refer to files."""
        return any(self.profile.actions.values())

    def paying(self, payload: Callable[[int, Write, bool], dict[str, Any]]) -> Case:
        """Return the same case with other payloads."""
        return replace(self, payload=payload)


def case_of(
    profile: Profile,
    manner: Callable[[Clock], Manner],
    keys: Mapping[str, str],
    *,
    name: str | None = None,
    folders: tuple[Path, ...] = (),
) -> Case:
    """Return the case of a model with an ordinary payload of its modality.

    `name` is the provider's, unless the fake says it. Raises ProjectError CF-G044.
    """
    capabilities = read_capabilities(name or manner(WoundClock()).name, folders)

    def payload(number: int, write: Write, referring: bool) -> dict[str, Any]:
        return sample(profile, number, write, referring=referring)

    return Case(capabilities, profile, manner, keys, payload, folders)


def sample(profile: Profile, number: int, write: Write, *, referring: bool = False) -> dict[str, Any]:
    """Return an ordinary payload for a model, another one for each number; with references if it can."""
    plain = {"modality": profile.modality, "entity": "shot:a", "prompt": f"a lamp, {number}", "seed": number}
    size = {"width": 1280, "height": 720}
    match profile.modality:
        case Modality.IMAGE_T2I | Modality.IMAGE_PREVIZ:
            shown = {"identity_refs": [write("ann.png", png(64, 36, 1))]} if referring else {}
            return {**plain, **size, "tier": "pencil", "blocking": _BLOCKING, **shown}
        case Modality.VIDEO_I2V:
            clip = {**size, "fps": "24", "frames": _frames(profile), "blocking": _BLOCKING}
            framed = referring or "t2v" not in profile.actions
            first = {"start_frame": write("start.png", png(64, 36, 1))} if framed else {}
            return {**plain, **clip, **first, "generate_audio": profile.sound}
        case Modality.AUDIO_T2A:
            speaks = "t2s" in profile.actions
            kind = "speech" if speaks else "music" if "t2m" in profile.actions else "effect"
            return {**plain, "kind": kind, "seconds": 4.0, **({"voice": "ann"} if speaks else {})}
        case Modality.LIPSYNC_POST:
            clip = {"clip": write("clip.mp4", mp4(64, 36, 12, 1)), "sound": write("sound.wav", wav(0.5, 1))}
            return {**plain, **clip, "seconds": 0.5}
    raise ValueError(f"say yourself what is bought of a model of `{profile.modality}`")


def reference(project: Path, name: str, content: bytes) -> dict[str, Any]:
    """Write a file into the project and return a reference to it."""
    (project / name).write_bytes(content)
    role = {".mp4": "clip", ".wav": "sound"}.get(Path(name).suffix, "frame")
    return {"entity": "shot:a", "role": role, "path": name, "sha256": digest_of_bytes(content)}


def _frames(profile: Profile) -> int:
    """Return the number of frames of the shortest clip that the model makes."""
    lengths = profile.durations
    if lengths is None:
        return 24
    return round(24 * (min(lengths.only_s) if lengths.only_s else max(lengths.least_s, 1.0)))
