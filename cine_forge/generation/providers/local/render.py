"""Rendering: one payload to one file. It runs in a worker process and knows only payload and target.

The picture depends on the payload and the attempt alone: another attempt draws the same meaning from
another seed. An orphaned worker ends itself within a second.
"""

from __future__ import annotations

import os
import signal
import threading
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cine_forge.generation.payloads import (
    ImagePayload,
    PassPayload,
    PrevizPayload,
    ReferencesPayload,
    SoundPayload,
    VideoPayload,
)
from cine_forge.kernel.ground.hashing import seed_of
from cine_forge.media.clip import ClipSpec, fitted, write_clip
from cine_forge.media.sound import write_wav
from cine_forge.media.still import write_png
from cine_forge.previz.picture import draw_clip, draw_still
from cine_forge.previz.sheet import draw_character_sheet, draw_location_sheet
from cine_forge.previz.track.sound import PEAK, Voiced, compose_track
from cine_forge.previz.track.voice import speak, voice_of

Drawn = ImagePayload | PrevizPayload | VideoPayload | ReferencesPayload | PassPayload
Rendered = Drawn | SoundPayload

RATE_HZ = 48_000
_WATCH_S = 0.5


def begin_worker(parent: int) -> None:
    """Prepare a worker process: leave Ctrl-C to the parent, and end when the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow, args=(parent,), daemon=True).start()


def render(payload: Rendered, attempt: int, target: Path) -> None:
    """Make the payload into `target` (PNG, MP4 or WAV), replacing what an earlier try left."""
    seed = seed_of_attempt(payload, attempt)
    match payload:
        case ImagePayload() | PrevizPayload():
            part = target.with_name(f".{target.name}.png")
            write_png(part, _still(payload, seed))
        case SoundPayload():
            part = target.with_name(f".{target.name}.wav")
            write_wav(part, _sound(payload, seed), RATE_HZ)
        case _:
            part = target.with_name(f".{target.name}.mp4")
            _write_clip(part, payload, seed)
    part.replace(target)


def seed_of_attempt(payload: Rendered, attempt: int) -> int:
    """Return the payload's own seed for the first attempt, and one that follows from it for each other."""
    return payload.seed if attempt == 1 else seed_of(payload.seed, attempt)


def _still(payload: ImagePayload | PrevizPayload, seed: int) -> NDArray[np.uint8]:
    size = (payload.width, payload.height)
    if payload.blocking is not None:
        return draw_still(payload.blocking, tier=payload.tier, size=size, seed=seed)
    subject = payload.subject if isinstance(payload, ImagePayload) else None
    if subject is not None and subject.look is not None:
        return draw_character_sheet(subject.name, subject.look, subject.description, size=size, seed=seed)
    if subject is not None and subject.set is not None:
        return draw_location_sheet(subject.name, subject.set, subject.place, size=size, seed=seed)
    raise ValueError("nothing to draw: the inspection refuses such a payload")


def _sound(payload: SoundPayload, seed: int) -> NDArray[np.float32]:
    """Speak a line, or play the ambience that the words of an effect name; exactly as long as asked."""
    count = round(payload.seconds * RATE_HZ)
    if payload.kind == "speech":
        said = speak(payload.prompt, voice_of(payload.voice or ""), payload.seconds, RATE_HZ)
        return fitted(np.asarray(np.clip(said, -PEAK, PEAK), np.float32), count)
    bed = compose_track([], ambience=payload.prompt, seconds=payload.seconds, seed=seed, rate=RATE_HZ)
    return fitted(bed, count)


def _write_clip(part: Path, payload: VideoPayload | ReferencesPayload | PassPayload, seed: int) -> None:
    if payload.blocking is None:
        raise ValueError("nothing to draw: the inspection refuses such a payload")
    spec = ClipSpec(payload.width, payload.height, Fraction(payload.fps), RATE_HZ)
    spoken = payload.lines if isinstance(payload, VideoPayload) else ()
    ambience = payload.ambience if isinstance(payload, VideoPayload) else "room"
    speaking = [(line.voice, line.start_s, line.start_s + line.length_s) for line in spoken]
    frames = draw_clip(
        payload.blocking,
        spec=spec,
        frames=payload.frames,
        seed=seed,
        speaking=speaking,
    )
    lines = [Voiced(line.voice, line.text, line.start_s, line.length_s) for line in spoken]
    seconds = float(payload.frames / spec.pace)
    sound = compose_track(lines, ambience=ambience, seconds=seconds, seed=seed, rate=RATE_HZ)
    silent = np.zeros_like(sound)
    write_clip(part, spec, frames, sound if payload.generate_audio else silent)


def _follow(parent: int) -> None:
    """End this process when its parent is gone; a killed driver leaves no worker behind."""
    pause = threading.Event()
    while os.getppid() == parent:
        pause.wait(_WATCH_S)
    os._exit(1)
