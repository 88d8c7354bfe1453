"""The requests of the sample film: a sheet of each asset, both boards and the clip of each shot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cine_forge.film.breakdown.breakdown import History, break_down
from cine_forge.film.looks import design
from cine_forge.film.requests.assets import sheet_payload
from cine_forge.film.requests.boards import Panel, brief_of, finish_of, pencil_payload
from cine_forge.film.requests.clips import ClipFormat, ClipReferences, clip_payload
from cine_forge.film.requests.prompts import Brief
from cine_forge.film.schemas.asset import Asset
from cine_forge.film.schemas.shot import Shot
from cine_forge.film.screenplay.reading import read_source
from cine_forge.film.screenplay.source_text import open_source
from cine_forge.film.shots.shots import Wishes, assemble
from cine_forge.generation.payloads import ImagePayload, Reference, VideoPayload
from cine_forge.staging.grammar import Tier

SCRIPT = Path(__file__).resolve().parents[2] / "projects" / "sample" / "scripts" / "ep_001.md"
WIDTH, HEIGHT = 1280, 720


@dataclass(frozen=True)
class Wished:
    """One request of the film and what its prompt is about."""

    payload: ImagePayload | VideoPayload
    brief: Brief
    model: str


@cache
def shots_and_assets() -> tuple[tuple[Shot, ...], tuple[Asset, ...]]:
    """Return the sample's shots and assets."""
    source = open_source(SCRIPT)
    read = read_source(source)
    done = break_down(read, source, episode="ep001", history=History(), designer=design)
    scenes = (assemble(scene, done.assets, wishes=Wishes(WIDTH / HEIGHT)) for scene in done.scenes)
    return tuple(shot for scene in scenes for shot in scene.shots), done.assets


def stills(picture: Reference) -> Iterator[Wished]:
    """Yield what is wished of an `image_t2i`; every reference is that one picture."""
    shots, assets = shots_and_assets()
    for asset in assets:
        sheet = sheet_payload(asset, model="local-still", seed=1, width=WIDTH, height=HEIGHT)
        yield Wished(sheet, Brief(asset=asset), "local-still")
    for shot in shots:
        panel = Panel(shot, _references(shot, picture), "local-still", 1, WIDTH, HEIGHT)
        yield Wished(pencil_payload(panel), brief_of(panel, Tier.PENCIL), "local-still")
        yield Wished(finish_of(panel, picture), brief_of(panel, Tier.FINISH), "local-still")


def clips(picture: Reference) -> Iterator[Wished]:
    """Yield what is wished of a `video_i2v`: a start frame and the sheets of who and where, with sound."""
    form = ClipFormat(WIDTH, HEIGHT, "24")
    for shot in shots_and_assets()[0]:
        references = ClipReferences(picture, _references(shot, picture))
        wish = clip_payload(shot, references, model="local-clip", seed=1, form=form)
        yield Wished(wish, Brief(shot=shot), "local-clip")


def _references(shot: Shot, picture: Reference) -> tuple[Reference, ...]:
    return tuple(
        picture.model_copy(
            update={"entity": one, "role": "identity" if one.startswith("character") else "set"}
        )
        for one in shot.refs
    )
