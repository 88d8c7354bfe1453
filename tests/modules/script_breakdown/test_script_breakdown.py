"""The module: what it keeps, and that a second run finds its own history."""

from __future__ import annotations

import importlib.util
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from cine_forge import Draft, Given, StageResult
from cine_forge.film.schemas.asset import Asset
from cine_forge.film.schemas.breakdown_sheet import SceneTags, Stripboard
from cine_forge.film.schemas.continuity import Continuity
from cine_forge.film.schemas.record import Record
from cine_forge.film.schemas.scene import EntitySet, MentionLedger, Scene, Script
from cine_forge.kernel.ground.hashing import digest_of_bytes
from cine_forge.kernel.stages.manifest import Manifest

FOLDER = Path(__file__).resolve().parents[3] / "modules" / "script_breakdown" / "script_breakdown_v1"
SCRIPT = "INT. BAR - NIGHT\n\nANN (30), a spy, waits.\n\nANN\nCome.\n\nEXT. YARD - DAY\n\nAnn runs.\n"
KEPT: dict[str, type[Record]] = {
    "script": Script,
    "scene_set": EntitySet,
    "scenes": Scene,
    "asset_set": EntitySet,
    "assets": Asset,
    "ledger": MentionLedger,
    "stripboard": Stripboard,
    "continuity": Continuity,
    "tags": SceneTags,
}
TYPES = {"scenes": "scene", "assets": "asset", "ledger": "mention_ledger", "tags": "scene_tags"}


@dataclass
class Desk:
    """A context that remembers what was kept."""

    entity: str = "ep001"
    kept: dict[tuple[str, str], Given] = field(default_factory=dict)

    def history(self, artifact_type: str, entity: str) -> Given | None:
        return self.kept.get((artifact_type, entity))

    def scratch(self) -> Path:
        return Path(tempfile.mkdtemp(prefix="cine-forge-desk-"))

    def keep(self, drafts: tuple[Draft, ...]) -> None:
        for draft in drafts:
            kind = TYPES.get(draft.output, draft.output)
            ref = f"{kind}/{draft.entity}@v1"
            self.kept[kind, draft.entity] = Given(ref, "digest", draft.entity, draft.data)


@pytest.fixture(scope="module")
def module() -> ModuleType:
    """Load `main.py` by its path, as the stage does."""
    spec = importlib.util.spec_from_file_location("script_breakdown_v1_main", FOLDER / "main.py")
    assert spec and spec.loader
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def run(module: ModuleType, desk: Desk, path: Path, text: str) -> StageResult:
    """Run the module over a script with that text."""
    path.write_text(text)
    params: Mapping[str, Any] = {"script": str(path)}
    result = module.run_module({}, params, desk)
    assert isinstance(result, StageResult)
    return result


def test_the_manifest_is_sound_and_names_every_output() -> None:
    manifest = Manifest.model_validate(yaml.safe_load((FOLDER / "module.yaml").read_text()))
    assert set(manifest.outputs) == set(KEPT)
    assert manifest.params["script"].format == "file"


@pytest.mark.row("D6")
def test_every_draft_is_a_sound_record_without_a_path_of_this_machine(
    module: ModuleType, tmp_path: Path
) -> None:
    outputs = run(module, Desk(), tmp_path / "ep_001.fountain", SCRIPT).outputs
    assert {draft.output for draft in outputs} == set(KEPT) - {"tags"}
    for draft in outputs:
        KEPT[draft.output].model_validate(draft.data)
        assert str(tmp_path) not in draft.model_dump_json(exclude={"media"})


@pytest.mark.row("G6")
def test_a_second_run_keeps_ids_and_looks_and_names_what_it_revises(
    module: ModuleType, tmp_path: Path
) -> None:
    desk, path = Desk(), tmp_path / "ep_001.fountain"
    first = run(module, desk, path, SCRIPT).outputs
    desk.keep(first)
    second = run(module, desk, path, SCRIPT.replace("Come.", "Come in.")).outputs
    changed = {draft.entity for draft in second if draft.data not in [before.data for before in first]}
    scene = first[1].entity
    assert changed == {scene, "ep001"}
    assert next(draft.revises for draft in second if draft.entity == scene) == f"scene/{scene}@v1"


@pytest.mark.row("G2")
def test_the_file_is_kept_byte_for_byte_with_its_digest(module: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "ep_001.fountain"
    path.write_bytes(SCRIPT.replace("\n", "\r\n").replace("spy", "esp\u00efa").encode("cp1252"))
    result = module.run_module({}, {"script": str(path)}, Desk())
    script = next(draft for draft in result.outputs if draft.output == "script")
    digest = digest_of_bytes(path.read_bytes())
    assert [(one.name, one.path, one.sha256) for one in script.media] == [("source.fountain", path, digest)]
    assert script.data["source_sha256"] == digest


def test_nothing_is_made_from_the_continuity_so_it_makes_nothing_stale() -> None:
    manifests = [yaml.safe_load(path.read_text()) for path in FOLDER.parents[1].glob("*/*/module.yaml")]
    read = {wire["schema"] for one in manifests for wire in (one.get("inputs") or {}).values()}
    assert "scene@1" in read
    assert "continuity@1" not in read
