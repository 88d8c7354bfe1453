"""The cut: script order, the chosen takes, nothing silently missing."""

from __future__ import annotations

from typing import Any

import pytest

from cine_forge.film.paths import clip_file
from cine_forge.film.schemas.scene import EntitySet, SetMember
from cine_forge.film.schemas.shot import Shot
from cine_forge.film.schemas.take import Selection, Take
from cine_forge.film.takes.cut import CutFormat, KeptTake, Rushes, build_cut, total_frames, warnings_of
from cine_forge.kernel.artifacts.records.envelope import MediaFile
from cine_forge.kernel.ground.errors import StageError
from tests.film.builders import scene, shot

FORM = CutFormat("Film", 640, 360, "24", "01:00:00:00")
ONE, TWO = scene("A.", id="s1", number="1"), scene("B.", id="s2", number="2")
SHOTS = [shot(id=f"shot:{n}", scene=s, label=f"{n}A") for n, s in ((1, "s1"), (2, "s1"), (3, "s2"))]


def take(of: Shot, **changes: Any) -> KeptTake:
    known = {"shot": of.id, "label": f"{of.label} take 1", "number": 1, "attempt": 1, "provider": "local"}
    known |= {"model": "m", "receipt": "r", "seed": 1, "frames": 48, "fps": "24", "width": 640, "height": 360}
    made = Take.model_validate(known | {"has_audio": True, "cost_micro_usd": 0} | changes)
    name = clip_file(of.label, made.number)
    media = MediaFile(name=name, path=f"t/{of.id}", sha256="a", bytes=1, media_type="video/mp4")
    return KeptTake(made, (media,))


def chosen(of: Shot, number: int = 1, approved: bool = True) -> Selection:
    return Selection(shot=of.id, take=f"{of.id}/take:{number}", approved=approved, attempts=1, why="")


def rushes(**changes: Any) -> Rushes:
    order = EntitySet(members=(SetMember(id="s1"), SetMember(id="s2")))
    known = {"scene_set": order, "scenes": [ONE, TWO], "shots": SHOTS}
    known |= {"selections": [chosen(one) for one in SHOTS], "takes": [take(one) for one in SHOTS]}
    return Rushes(**(known | changes))


def test_the_cut_is_in_script_order_and_as_long_as_its_clips() -> None:
    cut = build_cut(rushes(), FORM)
    assert [clip.label for clip in cut.clips] == ["1A take 1", "2A take 1", "3A take 1"]
    assert [clip.scene_number for clip in cut.clips] == ["1", "1", "2"]
    assert total_frames(cut) == 144


def test_the_scene_set_decides_the_order_of_scenes() -> None:
    turned = EntitySet(members=(SetMember(id="s2"), SetMember(id="s1")))
    assert [clip.scene for clip in build_cut(rushes(scene_set=turned), FORM).clips] == ["s2", "s1", "s1"]


def test_a_shot_without_a_take_and_one_of_another_size_are_both_named() -> None:
    takes = [take(SHOTS[0], width=360, height=640), take(SHOTS[2], fps="25")]
    with pytest.raises(StageError) as refused:
        build_cut(rushes(takes=takes), FORM)
    assert [(fault.code, fault.where) for fault in refused.value.faults] == [
        ("CF-F141", "shot 1A"),
        ("CF-F140", "shot 2A"),
        ("CF-F141", "shot 3A"),
    ]


def test_a_cut_of_nothing_is_refused() -> None:
    with pytest.raises(StageError, match="CF-F142"):
        build_cut(rushes(shots=[]), FORM)


@pytest.mark.row("G12")
def test_the_chosen_take_is_cut_and_not_the_newest() -> None:
    takes = [*rushes().takes, take(SHOTS[0], number=2, attempt=2, frames=20)]
    assert total_frames(build_cut(rushes(takes=takes), FORM)) == 144


def test_what_nobody_approved_is_in_the_cut_with_a_warning() -> None:
    selections = [chosen(SHOTS[0], approved=False), chosen(SHOTS[1]), chosen(SHOTS[2])]
    cut = build_cut(rushes(selections=selections), FORM)
    assert warnings_of(cut) == ("1A take 1 is in the cut though it is not approved",)
