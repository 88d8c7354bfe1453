"""The module of breakdown sheets: one scene in, one sheet out, whoever else is in the script."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from cine_forge import Given
from cine_forge.film.schemas.breakdown_sheet import BreakdownSheet, SceneTag, SceneTags
from cine_forge.film.schemas.record import Record
from cine_forge.kernel.stages.manifest import Manifest
from tests.film.scripts import broken_down
from tests.modules.context import FakeContext

FOLDER = Path(__file__).resolve().parents[3] / "modules" / "script_breakdown" / "breakdown_sheet_v1"
SCRIPT = "INT. BAR - NIGHT\n\nANN (30) sets a LANTERN on the desk.\n\nEXT. YARD - DAY\n\nAnn runs.\n"


@pytest.fixture(scope="module")
def module() -> ModuleType:
    """Load `main.py` by its path, as the stage does."""
    spec = importlib.util.spec_from_file_location("breakdown_sheet_v1_main", FOLDER / "main.py")
    assert spec and spec.loader
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def given(kind: str, entity: str, data: Record) -> Given:
    """Return a record as a module receives it."""
    return Given(f"{kind}/{entity}@v1", "digest", entity, data.model_dump(mode="json"))


def test_the_manifest_fans_out_over_scenes_and_reads_a_scene_with_its_own_people() -> None:
    manifest = Manifest.model_validate(yaml.safe_load((FOLDER / "module.yaml").read_text()))
    assert (str(manifest.for_each), str(manifest.determinism)) == ("scene_set@1", "pure")
    needed = {name for name, spec in manifest.inputs.items() if not spec.optional}
    assert needed == {"scene", "cast"} and "tags" in manifest.inputs
    assert manifest.inputs["cast"].path == "/cast/*"


@pytest.mark.row("G5")
@pytest.mark.parametrize("tagged", [False, True])
def test_a_scene_becomes_its_sheet(module: ModuleType, tmp_path: Path, tagged: bool) -> None:
    done = broken_down(SCRIPT)
    scene, ann = done.scenes[0], done.assets[0]
    tags = SceneTags(scene=scene.id, tags=(SceneTag(category="prop", name="Lantern", at=2),))
    inputs = {"scene": given("scene", scene.id, scene), "cast": (given("asset", ann.id, ann),)}
    inputs["tags"] = given("scene_tags", scene.id, tags) if tagged else None
    (draft,) = module.run_module(inputs, {}, FakeContext(tmp_path, entity=scene.id)).outputs
    sheet = BreakdownSheet.model_validate(draft.data)
    assert (draft.output, draft.entity, sheet.number) == ("sheet", scene.id, "1")
    assert [(one.name, one.tagged) for one in sheet.items if one.category == "prop"] == [
        ("Lantern" if tagged else "lantern", tagged)
    ]
