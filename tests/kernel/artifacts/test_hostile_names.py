"""2,000 hostile names through every entry point of the kernel: refused, or kept and found under its name."""

import unicodedata
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from cine_forge.kernel.artifacts.keeping.layout import (
    check_media_name,
    derivation_name,
    envelope_name,
    media_name,
)
from cine_forge.kernel.artifacts.records.derivation import UnitKey
from cine_forge.kernel.artifacts.records.envelope import MediaFile
from cine_forge.kernel.artifacts.records.refs import (
    Ref,
    check_entity,
    check_type,
    entity_folder,
    stage_folder,
)
from cine_forge.kernel.artifacts.records.sets import members_of
from cine_forge.kernel.artifacts.schemas.schemas import SchemaRegistry
from cine_forge.kernel.artifacts.verify.verify import verify
from cine_forge.kernel.ground.errors import ArtifactError, CineForgeError, StageError
from cine_forge.kernel.ground.files import file_within, is_device
from cine_forge.kernel.ground.source import Source
from cine_forge.kernel.planning.params import effective_params
from cine_forge.kernel.recipes.recipe import load_recipe, parse_recipe
from cine_forge.kernel.stages.discovery import ModuleRegistry
from cine_forge.kernel.stages.manifest import Manifest, ParamSpec
from tests.kernel.artifacts.hostile import hostile_names
from tests.kernel.artifacts.kept import draft, media, open_store, work

NAMES = hostile_names()
MOST_BYTES = 255
"""What common disks hold in one name."""


def kept_names() -> list[str]:
    """Return the names that can be an entity."""
    return [name for name in NAMES if allowed(lambda name=name: check_entity(name))]


def allowed(check: Callable[[], Any]) -> bool:
    """Say whether a name passes; a name that does not is refused with a code, and by nothing else."""
    try:
        check()
    except CineForgeError as error:
        assert all(fault.code.startswith("CF-") and fault.what for fault in error.faults)
        str(error).encode("utf-8", "backslashreplace")
        return False
    return True


def fits_any_disk(path: str) -> bool:
    parts = path.split("/")
    return all(
        part.isascii()
        and part.isprintable()
        and 0 < len(part) <= MOST_BYTES
        and part not in (".", "..")
        and part[-1] not in ". "
        and not is_device(part)
        and not set(part) & set('<>:"|?*\\ ')
        for part in parts
    )


def test_there_are_two_thousand_distinct_names_and_they_are_the_same_every_time():
    assert len(set(NAMES)) == len(NAMES) == 2000
    assert hostile_names() == NAMES


@pytest.mark.row("A42")
def test_every_name_gets_a_folder_of_its_own_that_any_disk_can_hold():
    folders = {name: entity_folder(name) for name in NAMES}
    on_any_disk = {unicodedata.normalize("NFD", folder).casefold() for folder in folders.values()}
    assert len(on_any_disk) == len(NAMES)
    assert [name for name, folder in folders.items() if not fits_any_disk(folder)] == []


def test_every_version_record_and_picture_lies_below_its_root_under_a_name_that_any_disk_can_hold():
    for name in NAMES:
        ref = Ref("note", name, 7)
        paths = [envelope_name(ref), media_name(ref, "board.png"), derivation_name(UnitKey(name, name), 1)]
        assert all(fits_any_disk(path) for path in paths), name


def test_stages_that_differ_never_share_a_folder():
    folders = {stage_folder(name).casefold() for name in NAMES}
    assert len(folders) == len(NAMES) and all(map(fits_any_disk, folders))


def test_a_ref_is_refused_or_reads_back_as_it_was_written():
    for name in NAMES:
        for text in (name, f"note/{name}@v1", f"{name}/ann@v1", f"note/ann@v{name}", f"note/{name}"):
            if allowed(lambda text=text: Ref.parse(text)):
                ref = Ref.parse(text)
                assert str(ref) == text and fits_any_disk(envelope_name(ref))


def test_a_type_is_refused_unless_it_is_a_plain_name():
    passed = [name for name in NAMES if allowed(lambda name=name: check_type(name))]
    assert all(fits_any_disk(name) and name == name.lower() for name in passed)
    schemas = SchemaRegistry()
    for name in NAMES:
        fits = allowed(lambda name=name: schemas.register_json(f"{name}@1", {"type": "object"}))
        assert fits == (name in passed)
        assert not allowed(lambda name=name: schemas.register_json(name, {})) or fits_any_disk(name)


def test_a_media_name_is_refused_unless_it_is_a_plain_file_name():
    passed = [name for name in NAMES if allowed(lambda name=name: check_media_name(name))]
    assert all(fits_any_disk(media_name(Ref("note", "ann", 1), name)) for name in passed)
    for name in NAMES:
        said = {"name": "a.png", "sha256": "0" * 64, "bytes": 1, "media_type": "image/png"}
        try:
            path = MediaFile(path=name, **said).path
        except ValidationError:
            continue
        assert not path.startswith("/") and ".." not in path.split("/")


@pytest.mark.row("A2")
def test_every_entity_is_kept_and_found_again_under_its_true_name(tmp_path):
    names = kept_names()
    assert len(names) > 1500
    with open_store(tmp_path / "project") as store:
        done = store.commit(work(*(draft(name, f"of {number}") for number, name in enumerate(names))))
        assert len(done.outputs) == len(names)
    with open_store(tmp_path / "project", write=False) as store:
        assert set(store.entities("note")) == set(names)
        for number, name in enumerate(names):
            kept = store.load(store.current("note", name).ref)
            assert (kept.parsed_ref.entity, kept.data) == (name, {"text": f"of {number}"})
        refused = set(NAMES) - set(names)
        assert all(not allowed(lambda name=name: Ref.parse(f"note/{name}@v1")) for name in refused)
    assert verify(tmp_path / "project") == ()
    assert [path.name for path in tmp_path.iterdir()] == ["project"]


def test_every_unit_is_found_again_after_the_index_is_made_again(tmp_path):
    names = [name for name in kept_names() if len(name) < 300][::20]
    with open_store(tmp_path) as store:
        for name in names:
            store.commit(work(draft(name, "x"), stage=name))
        before = store.dump_index()
        store.rebuild_index()
        assert store.dump_index() == before
        assert all(store.newest_derivation(UnitKey(name, name)) for name in names)


def test_an_output_or_an_entity_that_cannot_be_is_refused_with_all_its_faults(tmp_path):
    with open_store(tmp_path) as store:
        for name in NAMES:
            odd = draft("ann", "x").model_copy(update={"output": name})
            assert [fault.code for fault in work(odd).faults(store.registry)] == ["CF-A017"]
        good = set(kept_names())
        bad = [name for name in NAMES if name not in good]
        with pytest.raises(StageError) as raised:
            store.commit(work(draft("ann", "x"), *(draft(name, "x") for name in bad)))
        assert {fault.code for fault in raised.value.faults} == {"CF-A004"}
    assert not (tmp_path / "artifacts").exists()


def test_a_media_file_of_whatever_name_stays_in_its_place(tmp_path):
    with open_store(tmp_path / "project") as store:
        picture = media(tmp_path / "in.png")
        for name in NAMES[::10]:
            odd = draft("ann", name[:1], media=(picture.model_copy(update={"name": name}),))
            allowed(lambda odd=odd: store.commit(work(odd)))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.png", "project"]
    assert verify(tmp_path / "project") == ()


def test_decisions_about_any_entity_are_found_again(tmp_path):
    names = [name for name in kept_names() if len(name) < 900][::40]
    with open_store(tmp_path) as store:
        store.commit(work(*(draft(name, "x") for name in names)))
        for name in names:
            assert allowed(lambda name=name: store.state("approve", Ref("note", name, 1), by=name or "x"))
        assert all(store.statements("note", name)[0].by == name for name in names)


def test_a_set_keeps_the_members_as_they_are_called():
    whole = [name for name in NAMES if name and not any("\ud800" <= sign <= "\udfff" for sign in name)]
    assert [member.id for member in members_of({"members": [{"id": name} for name in whole]})] == whole
    broken = [{"id": name} for name in NAMES if name and name not in set(whole)]
    with pytest.raises(ArtifactError) as raised:
        members_of({"members": broken})
    assert len(raised.value.faults) == len(broken)


def test_a_stage_a_module_and_a_recipe_are_refused_unless_their_names_are_plain(tmp_path):
    head = {"description": "d", "version": 1}
    for name in NAMES:
        for key in ("module_id", "stage"):
            try:
                found = Manifest.model_validate({"module_id": "m", "stage": "s", **head, key: name})
            except ValidationError:
                continue
            assert fits_any_disk(stage_folder(getattr(found, key))), name
        for value in ({"recipe_id": name, "stages": []}, _recipe(name)):
            allowed(lambda value=value: parse_recipe(Source("r.yaml", value)))
        assert not allowed(lambda name=name: ModuleRegistry({}, {}).get(name))


def test_a_recipe_is_looked_up_by_any_name_without_leaving_the_folder(tmp_path):
    (tmp_path / "recipes").mkdir()
    for name in NAMES:
        if name not in ("/etc/passwd", "//etc/passwd"):
            assert not allowed(lambda name=name: load_recipe(name, search=[tmp_path / "recipes"])), name


def test_a_file_param_of_any_value_names_a_file_of_the_project_or_none(tmp_path):
    project, outside = tmp_path / "project", tmp_path / "x"
    project.mkdir()
    outside.write_text("secret")
    (project / "link").symlink_to(outside)
    manifest = Manifest(
        module_id="m",
        stage="s",
        description="d",
        version=1,
        params={"file": ParamSpec(type="string", format="file")},
    )
    for value in (*NAMES, "link", str(outside), "../x", "link/../../x"):
        found, faults = effective_params(manifest, {"file": value}, project, lambda name: "r.yaml:1:1")
        assert not found.files and {fault.code for fault in faults} <= {"CF-P011", "CF-P012"} and faults
        assert file_within(project, value) is None


def _recipe(name: str) -> dict[str, Any]:
    return {
        "recipe_id": "r",
        "stages": [{"id": name, "module": name, "needs": [name], "params": {name: name}}],
    }
