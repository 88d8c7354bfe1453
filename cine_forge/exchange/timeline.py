"""The cut as an OpenTimelineIO file: clips with their media, a marker for each scene, where all came from.

Called by delivery and by exports. The same cut gives the same bytes. It knows how the file finds its media
only through the folder it is told; paths in it are relative, so a project can move.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any
from urllib.parse import quote

import opentimelineio as otio

from cine_forge.film.schemas.cut import Clip, Cut
from cine_forge.kernel.ground.errors import Fault, StageError

_COLOUR = "CYAN"


@dataclass(frozen=True)
class SceneNote:
    """What a marker says of a scene."""

    number: str
    heading: str


@dataclass(frozen=True)
class Links:
    """How the file speaks of other things: the way to the project's root, scene headings, lineage refs."""

    root: str = ""
    scenes: Mapping[str, SceneNote] = field(default_factory=dict)
    refs: Mapping[str, str] = field(default_factory=dict)


def write_timeline(cut: Cut, links: Links) -> str:
    """Return the text of the `.otio` file. Raises StageError CF-X101 when the start is no timecode."""
    timeline = otio.schema.Timeline(name=cut.title)
    timeline.global_start_time = start_time(cut)
    timeline.metadata["cine_forge"] = {
        "width": cut.width,
        "height": cut.height,
        "fps": cut.fps,
        **_lineage(links),
    }
    video = otio.schema.Track("V1", kind=otio.schema.TrackKind.Video)
    audio = otio.schema.Track("A1", kind=otio.schema.TrackKind.Audio)
    for clip in cut.clips:
        video.append(_clip(clip, cut, links))
        audio.append(_clip(clip, cut, links))
    timeline.tracks.extend([video, audio])
    timeline.tracks.markers.extend(_markers(cut, links))
    return str(otio.adapters.write_to_string(timeline, "otio_json")) + "\n"


def start_time(cut: Cut) -> Any:
    """Return where the timeline's clock starts, as a time at the cut's rate."""
    try:
        return otio.opentime.from_timecode(cut.start_timecode, rate_of(cut))
    except ValueError as error:
        what = f"`{cut.start_timecode}` is no timecode at {cut.fps} frames a second ({error})"
        hint = "write `delivery.start_timecode` as `01:00:00:00`"
        raise StageError(Fault("CF-X101", what, "project.yaml", hint)) from None


def rate_of(cut: Cut) -> float:
    """Return the rate of the cut as the float that OpenTimelineIO works with."""
    return float(Fraction(cut.fps))


def scene_starts(clips: Sequence[Clip]) -> Iterator[tuple[str, int, int]]:
    """Yield each scene with the frame it starts on and its length in frames, in the order of the cut."""
    at = 0
    start, scene, length = 0, "", 0
    for clip in clips:
        if clip.scene != scene and scene:
            yield scene, start, length
        if clip.scene != scene:
            start, scene, length = at, clip.scene, 0
        at += clip.frames
        length += clip.frames
    if scene:
        yield scene, start, length


def _clip(clip: Clip, cut: Cut, links: Links) -> Any:
    rate = rate_of(cut)
    whole = otio.opentime.TimeRange(
        otio.opentime.RationalTime(0, rate), otio.opentime.RationalTime(clip.frames, rate)
    )
    media = otio.schema.ExternalReference(
        target_url=quote(f"{links.root}{clip.media}"), available_range=whole
    )
    media.metadata["cine_forge"] = {"sha256": clip.sha256, "path": clip.media}
    made = otio.schema.Clip(name=clip.label, media_reference=media, source_range=whole)
    made.metadata["cine_forge"] = {
        "shot": clip.shot,
        "scene": clip.scene,
        "scene_number": clip.scene_number,
        "take": clip.take,
        "take_ref": links.refs.get(clip.take, ""),
        "approved": clip.approved,
    }
    return made


def _markers(cut: Cut, links: Links) -> Iterator[Any]:
    rate = rate_of(cut)
    for scene, start, length in scene_starts(cut.clips):
        note = links.scenes.get(scene, SceneNote("", scene))
        marked = otio.opentime.TimeRange(
            otio.opentime.RationalTime(start, rate), otio.opentime.RationalTime(length, rate)
        )
        marker = otio.schema.Marker(
            name=f"{note.number} {note.heading}".strip(), marked_range=marked, color=_COLOUR
        )
        marker.metadata["cine_forge"] = {"scene": scene, "scene_number": note.number}
        yield marker


def _lineage(links: Links) -> dict[str, Any]:
    cut = links.refs.get("cut", "")
    return {"cut_ref": cut} if cut else {}
