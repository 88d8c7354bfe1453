"""The delivery of a cut: film, timeline, contact sheet, storyboard pages and storyboard page for a browser.

Called by the delivery module. It renders into the folder it is given and returns what lies there; every
file is made of the cut's inputs alone, so the same cut gives the same files.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cine_forge.exchange.storyboard import BoardPicture, cells_of, panels_of, write_html
from cine_forge.exchange.timeline import Links, SceneNote, rate_of, write_timeline
from cine_forge.film.paths import film_file, page_file
from cine_forge.film.schemas.cut import Cut, Delivery
from cine_forge.film.schemas.scene import Scene
from cine_forge.film.schemas.shot import Shot
from cine_forge.film.takes.cut import total_frames
from cine_forge.kernel.artifacts.records.envelope import Draft, MediaDraft
from cine_forge.kernel.ground.errors import Fault, StageError
from cine_forge.media.board_page import board_pages
from cine_forge.media.contact import contact_sheet
from cine_forge.media.join import ClipSpec, join_clips

ROOT_FROM_ARTIFACT = "../../../"
"""The way from a kept file (`artifacts/<type>/<entity>/<file>`) to the project's root."""


@dataclass(frozen=True)
class Material:
    """All that a delivery is made of. `clips` and `refs` are by take, `boards` by shot."""

    cut: Cut
    scenes: Sequence[Scene]
    shots: Sequence[Shot]
    clips: Mapping[str, Path]
    boards: Mapping[str, BoardPicture]
    refs: Mapping[str, str]


def deliver(material: Material, folder: Path, *, aspect: float, columns: int) -> tuple[MediaDraft, ...]:
    """Make every file of the delivery in `folder`. Raises StageError CF-X102 when a clip is not at hand."""
    return (
        _film(material, folder),
        _timeline(material, folder),
        _contact_sheet(material, folder, aspect=aspect, columns=columns),
        *_pages(material, folder, aspect),
        _html(material, folder),
    )


def delivery_draft(material: Material, media: tuple[MediaDraft, ...], episode: str) -> Draft:
    """Offer the delivery to be kept."""
    cut = material.cut
    frames = total_frames(cut)
    delivery = Delivery(
        title=cut.title,
        frames=frames,
        seconds=round(frames / rate_of(cut), 4),
        fps=cut.fps,
        width=cut.width,
        height=cut.height,
        scenes=len({clip.scene for clip in cut.clips}),
        shots=len(cut.clips),
    )
    return Draft(
        output="delivery",
        entity=episode,
        data=delivery.model_dump(mode="json"),
        media=media,
        intent="Show the cut to people and to editing programs",
        rationale=f"{delivery.shots} shots of {delivery.scenes} scenes, {delivery.seconds:g} s",
    )


def ordered_shots(material: Material) -> list[Shot]:
    """Return the shots in the order of the cut."""
    by_id = {shot.id: shot for shot in material.shots}
    return [by_id[clip.shot] for clip in material.cut.clips if clip.shot in by_id]


def _film(material: Material, folder: Path) -> MediaDraft:
    cut = material.cut
    missing = [clip.label for clip in cut.clips if clip.take not in material.clips]
    if missing:
        faults = [
            Fault("CF-X102", "the clip is not at hand", name, "run from `generation`") for name in missing
        ]
        raise StageError(*faults)
    path = folder / film_file(cut.title, ".mp4")
    join_clips(
        [material.clips[clip.take] for clip in cut.clips], path, ClipSpec(cut.width, cut.height, cut.fps)
    )
    return MediaDraft(
        path=path,
        name=path.name,
        media_type="video/mp4",
        width=cut.width,
        height=cut.height,
        fps=cut.fps,
        seconds=round(total_frames(cut) / rate_of(cut), 4),
    )


def _timeline(material: Material, folder: Path) -> MediaDraft:
    path = folder / film_file(material.cut.title, ".otio")
    notes = {scene.id: SceneNote(scene.number, scene.heading) for scene in material.scenes}
    links = Links(ROOT_FROM_ARTIFACT, notes, material.refs)
    path.write_text(write_timeline(material.cut, links), encoding="utf-8")
    return MediaDraft(path=path, name=path.name, media_type="application/vnd.opentimelineio+json")


def _contact_sheet(material: Material, folder: Path, *, aspect: float, columns: int) -> MediaDraft:
    path = folder / "contact_sheet.png"
    cells = cells_of(ordered_shots(material), material.boards)
    sheet = contact_sheet(material.cut.title, cells, aspect=aspect, columns=columns)
    sheet.save(path)
    return MediaDraft(
        path=path, name=path.name, media_type="image/png", width=sheet.width, height=sheet.height
    )


def _pages(material: Material, folder: Path, aspect: float) -> list[MediaDraft]:
    panels = panels_of(ordered_shots(material), material.boards)
    made = []
    for number, page in enumerate(board_pages(material.cut.title, panels, aspect=aspect), start=1):
        path = folder / page_file(number)
        page.save(path)
        made.append(
            MediaDraft(
                path=path, name=path.name, media_type="image/png", width=page.width, height=page.height
            )
        )
    return made


def _html(material: Material, folder: Path) -> MediaDraft:
    path = folder / "boards.html"
    page = write_html(
        material.cut.title,
        material.scenes,
        ordered_shots(material),
        material.boards,
        root=ROOT_FROM_ARTIFACT,
    )
    path.write_text(page, encoding="utf-8")
    return MediaDraft(path=path, name=path.name, media_type="text/html")
