"""The cut: the chosen takes in script order, as a list; nothing is rendered here.

Called by the cut module. Its length is the sum of its clips' frames; it refuses a shot without a chosen
take and a clip of another rate or size, all of them at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cine_forge.film.paths import clip_among
from cine_forge.film.schemas.cut import Clip, Cut
from cine_forge.film.schemas.scene import EntitySet, Scene
from cine_forge.film.schemas.shot import Shot
from cine_forge.film.schemas.take import Selection, Take
from cine_forge.film.takes.takes import take_entity
from cine_forge.kernel.artifacts.records.envelope import Draft, MediaFile
from cine_forge.kernel.ground.errors import Fault, StageError


@dataclass(frozen=True)
class KeptTake:
    """A take as it lies in the project."""

    take: Take
    media: tuple[MediaFile, ...]


@dataclass(frozen=True)
class CutFormat:
    """What the delivery asks for. `fps` is a fraction as text; sizes are pixels."""

    title: str
    width: int
    height: int
    fps: str
    start_timecode: str


@dataclass(frozen=True)
class Rushes:
    """All that can be cut: scenes and shots with their order, selections and takes."""

    scene_set: EntitySet
    scenes: Sequence[Scene]
    shots: Sequence[Shot]
    selections: Sequence[Selection]
    takes: Sequence[KeptTake]


def build_cut(rushes: Rushes, form: CutFormat) -> Cut:
    """Order the chosen takes by scene, then by shot.

    Raises StageError with every fault: CF-F140 a shot without a chosen take, CF-F141 a clip of another
    rate or size, CF-F142 nothing to cut.
    """
    numbers = {scene.id: scene.number for scene in rushes.scenes}
    chosen = {selection.shot: selection for selection in rushes.selections}
    kept = {take_entity(one.take.shot, one.take.number): one for one in rushes.takes}
    faults: list[Fault] = []
    clips = []
    for shot in shots_in_order(rushes.scene_set, rushes.shots):
        selection = chosen.get(shot.id)
        take = kept.get(selection.take) if selection else None
        faults += _faults(shot, take, form)
        if selection and take:
            clips.append(_clip(shot, numbers.get(shot.scene, ""), selection, take))
    if not clips and not faults:
        faults.append(Fault("CF-F142", "there is no shot to cut", "cut", "run from `scene_assembly`"))
    if faults:
        raise StageError(*faults)
    return Cut(
        title=form.title,
        fps=form.fps,
        width=form.width,
        height=form.height,
        start_timecode=form.start_timecode,
        clips=tuple(clips),
    )


def shots_in_order(scene_set: EntitySet, shots: Sequence[Shot]) -> list[Shot]:
    """Return the shots by the order of their scenes; within a scene they keep the order they came in."""
    place = {member.id: number for number, member in enumerate(scene_set.members)}
    return sorted((shot for shot in shots if shot.scene in place), key=lambda shot: place[shot.scene])


def cut_draft(cut: Cut, episode: str) -> Draft:
    """Offer the cut to be kept."""
    unapproved = sum(not clip.approved for clip in cut.clips)
    return Draft(
        output="cut",
        entity=episode,
        data=cut.model_dump(mode="json"),
        intent="Put the chosen takes in script order",
        rationale=f"{len(cut.clips)} clips, {unapproved} of them not approved",
    )


def total_frames(cut: Cut) -> int:
    """Return the length of the cut in frames."""
    return sum(clip.frames for clip in cut.clips)


def warnings_of(cut: Cut) -> tuple[str, ...]:
    """Return a sentence for each clip that nobody and no check approved."""
    return tuple(
        f"{clip.label} is in the cut though it is not approved" for clip in cut.clips if not clip.approved
    )


def _faults(shot: Shot, kept: KeptTake | None, form: CutFormat) -> list[Fault]:
    where = f"shot {shot.label}"
    if kept is None:
        return [Fault("CF-F140", "no take is chosen", where, "run from `generation`")]
    found = (kept.take.fps, kept.take.width, kept.take.height)
    wanted = (form.fps, form.width, form.height)
    if found == wanted and _clip_file(shot, kept):
        return []
    what = f"the take is {_format(found)}, the delivery {_format(wanted)}"
    return [Fault("CF-F141", what, where, "run from `payload_dispatch`")]


def _format(values: tuple[str, int, int]) -> str:
    fps, width, height = values
    return f"{width} × {height} at {fps}"


def _clip(shot: Shot, number: str, selection: Selection, kept: KeptTake) -> Clip:
    file = _clip_file(shot, kept)
    assert file is not None, "the faults were asked for before"
    return Clip(
        shot=shot.id,
        label=kept.take.label,
        scene=shot.scene,
        scene_number=number,
        take=selection.take,
        approved=selection.approved,
        media=file.path,
        sha256=file.sha256,
        frames=kept.take.frames,
    )


def _clip_file(shot: Shot, kept: KeptTake) -> MediaFile | None:
    name = clip_among((file.name for file in kept.media), shot.label, kept.take.number)
    return next((file for file in kept.media if file.name == name), None)
