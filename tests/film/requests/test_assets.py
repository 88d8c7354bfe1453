"""The reference resolver: what is missing is named before anything is spent."""

from __future__ import annotations

import pytest

from cine_forge.film.paths import sheet_file
from cine_forge.film.requests.assets import KeptSheet, resolve_references, sheet_payload
from cine_forge.film.schemas.asset import Asset, Sheet
from cine_forge.kernel.artifacts.records.envelope import MediaFile
from cine_forge.kernel.ground.errors import StageError
from tests.film.builders import CAST, location

ANN, BOB = CAST[0], CAST[1]


def kept(asset: Asset, name: str | None = None) -> KeptSheet:
    file = name or sheet_file(asset.kind)
    media = MediaFile(name=file, path=f"a/{asset.id}", sha256=asset.id, bytes=1, media_type="image/png")
    sheet = Sheet(asset=asset.id, kind=asset.kind, name=asset.name, receipt="r", width=1, height=1)
    return KeptSheet(sheet, (media,))


@pytest.mark.row("D31")
def test_each_kind_of_sheet_is_found_under_the_name_it_is_kept_by() -> None:
    found = resolve_references([location().id, ANN.id], [kept(ANN), kept(location())], "shot 4A")
    assert [(one.entity, one.role) for one in found] == [(location().id, "set"), (ANN.id, "identity")]


@pytest.mark.row("D28")
def test_only_the_wanted_sheets_are_used_each_once() -> None:
    found = resolve_references([ANN.id, ANN.id], [kept(ANN), kept(BOB)], "shot 4A")
    assert [one.entity for one in found] == [ANN.id]


@pytest.mark.row("D28")
@pytest.mark.row("G10")
def test_all_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(StageError) as refused:
        resolve_references([ANN.id, BOB.id], [kept(BOB, "old_sheet.png")], "shot 4A")
    assert [fault.code for fault in refused.value.faults] == ["CF-F101", "CF-F102"]
    assert "`character:ann`" in str(refused.value) and "shot 4A" in str(refused.value)


@pytest.mark.row("D7")
def test_a_sheet_shows_a_person_or_a_place() -> None:
    person = sheet_payload(ANN, model="local-still", seed=1, width=640, height=360).subject
    place = sheet_payload(location(), model="local-still", seed=1, width=640, height=360).subject
    assert person and person.look == ANN.look and person.set is None
    assert place and place.set == location().set and place.look is None
