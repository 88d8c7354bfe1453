"""The QC gate of a take: what was measured against what was asked, cheap checks first.

It judges facts that a probe measured; it opens no file itself. Every check says what it found and what it
expected, so that a verdict can be argued with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from cine_forge.film.schemas.take import QcCheck, TakeVerdict
from cine_forge.generation.payloads import VideoPayload

_ASPECT_TOLERANCE = 0.01
_MUTE = "no sound"
_DIGITAL_SILENCE_DB = -110.0
"""No recording is as still: below it a track was laid under a clip that came without one."""


class Measured(Protocol):
    """What a probe knows of a clip. Sizes in pixels, levels in dBFS RMS, luma 0 to 255."""

    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def frames(self) -> int: ...
    @property
    def seconds(self) -> float: ...
    @property
    def has_audio(self) -> bool: ...
    @property
    def audio_rms_db(self) -> float | None: ...
    @property
    def mean_luma(self) -> float: ...
    @property
    def black(self) -> bool: ...


@dataclass(frozen=True)
class Thresholds:
    """What passes. Levels in dBFS RMS, luma 0 to 255, differences in frames and seconds."""

    min_audio_rms_db: float = -60.0
    min_mean_luma: float = 6.0
    max_frame_difference: int = 0
    max_seconds_difference: float = 0.1


def run_checks(facts: Measured, asked: VideoPayload, thresholds: Thresholds) -> tuple[QcCheck, ...]:
    """Judge a clip against its payload."""
    return (
        _frames(facts, asked, thresholds),
        _duration(facts, asked, thresholds),
        _aspect(facts, asked),
        _not_black(facts, thresholds),
        _has_sound(facts, asked, thresholds),
    )


def verdict_of(shot: str, take: str, checks: Sequence[QcCheck], *, attempts_left: int) -> TakeVerdict:
    """Return the verdict: approve, or reroll while attempts are left, else reject.

    A take without any sound is not made again: its model is mute, and would be paid for being so.
    """
    failed = tuple(
        f"{check.name}: {check.found}, expected {check.expected}" for check in checks if not check.passed
    )
    again = attempts_left > 0 and not any(_is_mute(check) for check in checks)
    word = "approve" if not failed else "reroll" if again else "reject"
    return TakeVerdict(shot=shot, take=take, verdict=word, reasons=failed, checks=tuple(checks), by="qc")


def fix_note(verdict: TakeVerdict) -> str:
    """Return what the next attempt has to correct, for its prompt."""
    return "; ".join(check.name.replace("_", " ") for check in verdict.checks if not check.passed)


def _frames(facts: Measured, asked: VideoPayload, thresholds: Thresholds) -> QcCheck:
    passed = abs(facts.frames - asked.frames) <= thresholds.max_frame_difference
    return QcCheck(name="frames", passed=passed, found=f"{facts.frames}", expected=f"{asked.frames}")


def _duration(facts: Measured, asked: VideoPayload, thresholds: Thresholds) -> QcCheck:
    wanted_s = float(asked.frames / Fraction(asked.fps))
    passed = abs(facts.seconds - wanted_s) <= thresholds.max_seconds_difference
    return QcCheck(
        name="duration", passed=passed, found=f"{facts.seconds:.3f} s", expected=f"{wanted_s:.3f} s"
    )


def _aspect(facts: Measured, asked: VideoPayload) -> QcCheck:
    found, wanted = facts.width / facts.height, asked.width / asked.height
    return QcCheck(
        name="aspect",
        passed=abs(found / wanted - 1) <= _ASPECT_TOLERANCE,
        found=f"{facts.width} × {facts.height}",
        expected=f"{asked.width} × {asked.height}",
    )


def _not_black(facts: Measured, thresholds: Thresholds) -> QcCheck:
    passed = not facts.black and facts.mean_luma >= thresholds.min_mean_luma
    found = f"mean luma {facts.mean_luma:.1f}" + (", black" if facts.black else "")
    return QcCheck(
        name="not_black", passed=passed, found=found, expected=f"at least {thresholds.min_mean_luma:g}"
    )


def _has_sound(facts: Measured, asked: VideoPayload, thresholds: Thresholds) -> QcCheck:
    if not asked.generate_audio:
        return QcCheck(name="has_sound", passed=True, found="not asked for", expected="anything")
    level = facts.audio_rms_db
    heard = facts.has_audio and level is not None and level > _DIGITAL_SILENCE_DB
    passed = heard and level is not None and level >= thresholds.min_audio_rms_db
    found = f"{level:.1f} dB RMS" if heard and level is not None else _MUTE
    return QcCheck(
        name="has_sound", passed=passed, found=found, expected=f"{thresholds.min_audio_rms_db:g} dB RMS"
    )


def _is_mute(check: QcCheck) -> bool:
    return check.name == "has_sound" and not check.passed and check.found == _MUTE
