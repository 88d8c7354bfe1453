"""The stages from reference sheets to the cut, module by module, on one small scene."""

from __future__ import annotations

import json
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
import yaml
from PIL import Image

from cine_forge.film.schemas.board import BoardApproval
from cine_forge.film.schemas.cut import Cut
from cine_forge.film.schemas.take import FrozenPayload, Selection, Take
from cine_forge.film.takes.takes import snapshot_of
from cine_forge.kernel.ground.errors import StageError
from cine_forge.kernel.stages.contract import Given, Input, StageResult
from tests.film.builders import ASSETS, scene
from tests.modules.context import FakeContext, given, kept

MODULES = Path(__file__).resolve().parents[2] / "modules"
TALK = ("Ann stands at the window.", "ANN: Who is that at the door at this hour?", "BOB: Only the wind.")
FACTS = {
    "delivery.aspect": "16:9",
    "delivery.width": 640,
    "delivery.height": 360,
    "delivery.fps": "24",
    "delivery.start_timecode": "01:00:00:00",
    "project.title": "Small Film",
}


def load(stage: str, module_id: str) -> ModuleType:
    spec = spec_from_file_location(module_id, MODULES / stage / module_id / "main.py")
    assert spec and spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Chain:
    """Runs modules one after the other and keeps what they make, as the kernel would."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.context = FakeContext(root)
        self.level = -24.0

    def run(self, path: str, inputs: dict[str, Input], entity: str = "ep001", **params: Any) -> StageResult:
        stage, _, module_id = path.partition("/")
        manifest = yaml.safe_load((MODULES / path / "module.yaml").read_text())
        module = load(stage, module_id)
        if hasattr(module, "probe_clip"):
            module.probe_clip = self.probe
        defaults = {name: spec.get("default") for name, spec in manifest.get("params", {}).items()}
        self.context.entity = entity
        self.context.facts = {name: FACTS[name] for name in manifest.get("facts", [])}
        assert set(inputs) == set(manifest["inputs"])
        return module.run_module(inputs, defaults | params, self.context)

    def probe(self, path: Path) -> SimpleNamespace:
        frames = max(int(shot.data["duration_s"] * 24) for shot in self.shots[:1])
        heard = {"has_audio": True, "audio_rms_db": self.level, "mean_luma": 90.0, "black": False}
        return SimpleNamespace(width=640, height=360, frames=frames, seconds=frames / 24, **heard)

    def prepared(self) -> Chain:
        """Run asset_prep and scene_assembly."""
        self.assets = tuple(
            given("asset@1", one.id, one.model_dump(mode="json"), self.root) for one in ASSETS
        )
        made = [self.run("asset_prep/asset_prep_v1", {"asset": asset}, asset.entity) for asset in self.assets]
        self.sheets = tuple(kept(result.outputs[0], self.root, "sheet@1") for result in made)
        data = scene(*TALK).model_dump(mode="json")
        self.scene = given("scene@1", data["id"], data, self.root)
        inputs: dict[str, Input] = {"scene": self.scene, "assets": self.assets}
        self.assembly = self.run("scene_assembly/scene_assembly_v1", inputs, self.scene.entity)
        shots = [draft for draft in self.assembly.outputs if draft.output == "shots"]
        self.shots = tuple(kept(draft, self.root, "shot@1") for draft in shots)
        return self

    def pencilled(self) -> Given:
        inputs: dict[str, Input] = {"shot": self.shots[0], "sheets": self.sheets}
        result = self.run("storyboard/storyboard_pencil_v1", inputs, self.shots[0].entity)
        return kept(result.outputs[0], self.root, "pencil_board@1")

    def approved(self, pencil: Given, **params: Any) -> StageResult:
        inputs: dict[str, Input] = {"shot": self.shots[0], "pencil": pencil}
        return self.run("storyboard/storyboard_approve_v1", inputs, self.shots[0].entity, **params)

    def finished(self, pencil: Given, approval: Given) -> Given:
        inputs: dict[str, Input] = {
            "shot": self.shots[0],
            "pencil": pencil,
            "approval": approval,
            "sheets": self.sheets,
        }
        result = self.run("storyboard/storyboard_finish_v1", inputs, self.shots[0].entity)
        return kept(result.outputs[0], self.root, "finish_board@1")

    def boarded(self) -> Given:
        pencil = self.pencilled()
        approval = kept(self.approved(pencil, approve="auto").outputs[0], self.root, "board_approval@1")
        return self.finished(pencil, approval)

    def generated(self) -> tuple[Given, Given]:
        """Return the payload and the take of the first shot."""
        inputs: dict[str, Input] = {"shot": self.shots[0], "board": self.boarded(), "sheets": self.sheets}
        frozen = self.run("payload_dispatch/payload_dispatch_v1", inputs, self.shots[0].entity)
        payload = kept(frozen.outputs[0], self.root, "payload@1")
        inputs = {"shot": self.shots[0], "payloads": (payload,)}
        result = self.run("generation/generation_v1", inputs, self.shots[0].entity)
        return payload, kept(result.outputs[0], self.root, "take@1")

    def reviewed(self, payload: Given, take: Given, **params: Any) -> StageResult:
        inputs: dict[str, Input] = {"shot": self.shots[0], "takes": (take,), "payloads": (payload,)}
        return self.run("review_reroll/review_reroll_v1", inputs, self.shots[0].entity, **params)


@pytest.fixture
def chain(tmp_path: Path) -> Chain:
    return Chain(tmp_path).prepared()


@pytest.mark.row("D7")
def test_asset_prep_keeps_each_sheet_where_the_resolver_finds_it(chain: Chain) -> None:
    assert [sheet.media[0].name for sheet in chain.sheets] == ["character_sheet.png"] * 3 + [
        "location_sheet.png"
    ]
    pencil = chain.pencilled()
    location = chain.sheets[3].media[0].sha256
    assert location in pencil.data["references"]


@pytest.mark.row("D8")
def test_scene_assembly_keeps_shots_their_set_and_their_grouping(chain: Chain) -> None:
    drafts = {draft.output: draft for draft in chain.assembly.outputs}
    ids = [shot.entity for shot in chain.shots]
    assert [member["id"] for member in drafts["shot_set"].data["members"]] == ids
    assert {member["parent"] for member in drafts["shot_set"].data["members"]} == {chain.scene.entity}
    assert [shot for batch in drafts["grouping"].data["batches"] for shot in batch["shots"]] == ids


def test_scene_assembly_carries_on_from_what_it_made_before(chain: Chain) -> None:
    for draft in chain.assembly.outputs:
        kind = {"shots": "shot", "grouping": "scene_grouping"}.get(draft.output, draft.output)
        chain.context.past[kind, draft.entity] = kept(draft, chain.root, f"{kind}@1")
    data = scene(*TALK[:2], "CID: I heard it too, twice, and it was not the wind.", TALK[2])
    edited = given("scene@1", data.id, data.model_dump(mode="json"), chain.root)
    result = chain.run("scene_assembly/scene_assembly_v1", {"scene": edited, "assets": chain.assets})
    ids = [draft.entity for draft in result.outputs if draft.output == "shots"]
    assert set(ids) > {shot.entity for shot in chain.shots}


@pytest.mark.row("D9")
@pytest.mark.row("G21")
def test_the_pencil_is_half_the_delivery_and_the_finish_all_of_it(chain: Chain) -> None:
    pencil = chain.pencilled()
    approval = kept(chain.approved(pencil, approve="auto").outputs[0], chain.root, "board_approval@1")
    finish = chain.finished(pencil, approval)
    assert Image.open(pencil.open_media("pencil.png")).size == (320, 180)
    assert Image.open(finish.open_media("finish.png")).size == (640, 360)


@pytest.mark.row("D13")
def test_the_approved_pencil_is_the_first_reference_of_the_finish(chain: Chain) -> None:
    pencil = chain.pencilled()
    approval = kept(chain.approved(pencil, approve="auto").outputs[0], chain.root, "board_approval@1")
    finish = chain.finished(pencil, approval)
    assert finish.data["references"][0] == pencil.media[0].sha256
    assert chain.context.sent[-1]["payload"]["scene_ref"]["role"] == "board"


@pytest.mark.row("D13")
def test_a_finish_of_a_refused_board_is_refused_before_anything_is_sent(chain: Chain) -> None:
    pencil = chain.pencilled()
    said = {
        "kind": "reject",
        "ref": pencil.ref,
        "digest": pencil.digest,
        "by": "mia",
        "at": "",
        "note": "too wide",
    }
    chain.context.decisions = (said,)
    approval = kept(chain.approved(pencil, approve="auto").outputs[0], chain.root, "board_approval@1")
    sent = len(chain.context.sent)
    with pytest.raises(StageError, match=r"CF-F104.*too wide"):
        chain.finished(pencil, approval)
    assert len(chain.context.sent) == sent


@pytest.mark.row("D13")
def test_an_approval_of_another_picture_does_not_count(chain: Chain) -> None:
    pencil = chain.pencilled()
    approval = kept(chain.approved(pencil, approve="auto").outputs[0], chain.root, "board_approval@1")
    redrawn = Given(pencil.ref, "0" * 64, pencil.entity, pencil.data, pencil.media, pencil.root)
    with pytest.raises(StageError, match="CF-F105"):
        chain.finished(redrawn, approval)


@pytest.mark.row("D9")
def test_without_a_decision_the_board_waits_and_keeps_nothing(chain: Chain) -> None:
    result = chain.approved(chain.pencilled(), approve="ask")
    assert result.outputs == ()
    assert "cine-forge review approve pencil_board/" in (result.waiting or "")


@pytest.mark.row("D9")
def test_a_persons_word_wins_over_the_checks(chain: Chain) -> None:
    pencil = chain.pencilled()
    said = {
        "kind": "approve",
        "ref": pencil.ref,
        "digest": pencil.digest,
        "by": "mia",
        "at": "",
        "note": "yes",
    }
    chain.context.decisions = (said,)
    result = chain.approved(pencil, approve="ask")
    approval = BoardApproval.model_validate(result.outputs[0].data)
    assert (approval.approved, approval.by, approval.board_digest) == (True, "mia", pencil.digest)
    assert result.outputs[0].source == "human"


@pytest.mark.row("D9")
def test_a_blank_board_is_not_approved_by_its_checks(chain: Chain) -> None:
    blank = lambda payload, path: Image.new("RGB", (payload["width"], payload["height"])).save(path)  # noqa: E731
    chain.context.makers = {"image_t2i": blank}
    result = chain.approved(chain.pencilled(), approve="auto")
    assert "not_blank" in (result.waiting or "")


@pytest.mark.row("D10")
@pytest.mark.row("G21")
def test_payload_dispatch_freezes_a_routed_request_and_spends_nothing(chain: Chain) -> None:
    inputs: dict[str, Input] = {"shot": chain.shots[0], "board": chain.boarded(), "sheets": chain.sheets}
    result = chain.run("payload_dispatch/payload_dispatch_v1", inputs, chain.shots[0].entity)
    frozen = FrozenPayload.model_validate(result.outputs[0].data)
    assert result.outputs[0].entity == f"{chain.shots[0].entity}/attempt:1"
    assert (chain.context.sent[-1]["act"], result.cost_micro_usd) == ("prepare", 0)
    assert (frozen.payload["width"], frozen.payload["height"], frozen.payload["fps"]) == (640, 360, "24")
    assert frozen.payload["start_frame"]["role"] == "board"


@pytest.mark.row("G10")
def test_a_frozen_request_shows_which_file_each_image_is(chain: Chain) -> None:
    inputs: dict[str, Input] = {"shot": chain.shots[0], "board": chain.boarded(), "sheets": chain.sheets}
    (draft,) = chain.run("payload_dispatch/payload_dispatch_v1", inputs, chain.shots[0].entity).outputs
    images = FrozenPayload.model_validate(draft.data).payload["reference_images"]
    shown = [f"@Image{number} is `{one['path']}`" for number, one in enumerate(images, start=1)]
    assert images and all(one in draft.rationale for one in shown)


@pytest.mark.row("C14")
@pytest.mark.row("D11")
def test_generation_keeps_a_take_with_its_sidecar(chain: Chain) -> None:
    payload, take = chain.generated()
    made = Take.model_validate(take.data)
    sidecar = json.loads(take.open_media("4A_take1.json").read_text())
    assert take.entity == f"{chain.shots[0].entity}/take:1"
    assert made.label == sidecar["label"] == "4A take 1"
    assert sidecar["receipt"] == made.receipt and len(sidecar["payload_digest"]) == 64
    assert chain.context.sent[-1]["payload"] == payload.data["payload"]


@pytest.mark.row("C23")
def test_a_take_keeps_what_it_was_made_from_as_it_went_through_the_door(chain: Chain) -> None:
    payload, take = chain.generated()
    frozen = FrozenPayload.model_validate(payload.data)
    snapshot = Take.model_validate(take.data).inputs_snapshot
    assert snapshot == chain.context.sent[-1]["inputs_snapshot"] == snapshot_of(frozen)
    assert snapshot["prompts"]["prompt"] == frozen.payload["prompt"]
    assert [one["sha256"] for one in snapshot["refs"]], "a clip of the film has references"


@pytest.mark.row("D12")
def test_a_good_take_is_chosen_and_nothing_more_is_bought(chain: Chain) -> None:
    payload, take = chain.generated()
    sent = len(chain.context.sent)
    result = chain.reviewed(payload, take)
    chosen = Selection.model_validate(result.outputs[-1].data)
    assert (chosen.take, chosen.approved, chosen.attempts) == (take.entity, True, 1)
    assert len(chain.context.sent) == sent and result.cost_micro_usd == 0


@pytest.mark.row("D12")
@pytest.mark.row("G13")
def test_a_gate_that_nothing_passes_gives_exactly_two_takes(chain: Chain) -> None:
    payload, take = chain.generated()
    result = chain.reviewed(payload, take, min_audio_rms_db=-1.0)
    outputs = [draft.output for draft in result.outputs]
    chosen = Selection.model_validate(result.outputs[-1].data)
    assert outputs == ["rerolled_payloads", "rerolled_takes", "verdicts", "verdicts", "selection"]
    assert [draft.output for draft in chain.context.announced] == ["rerolled_payloads", "rerolled_takes"]
    assert (chosen.approved, chosen.attempts) == (False, 2)
    assert [draft.data["verdict"] for draft in result.outputs[2:4]] == ["reroll", "reject"]
    assert result.warnings and "has_sound" in result.warnings[0]


@pytest.mark.row("D12")
def test_a_further_attempt_has_a_new_seed_and_says_what_to_correct(chain: Chain) -> None:
    payload, take = chain.generated()
    result = chain.reviewed(payload, take, min_audio_rms_db=-1.0)
    again = FrozenPayload.model_validate(result.outputs[0].data)
    assert again.attempt == 2
    assert again.payload["seed"] != payload.data["payload"]["seed"]
    assert "Correct this: has sound" in again.payload["prompt"]


def test_a_further_attempt_at_a_vendor_is_the_whole_wish_in_the_words_of_the_films_own_builder(
    chain: Chain,
) -> None:
    chain.context.model = "some-vendors-model"
    chain.context.conceded = [{"part": "generate_audio", "what": "without sound", "why": "it makes none"}]
    payload, take = chain.generated()
    first = FrozenPayload.model_validate(payload.data)
    result = chain.reviewed(payload, take, min_audio_rms_db=-1.0)
    again = FrozenPayload.model_validate(result.outputs[0].data)
    assert (again.attempt, again.prompt_model, again.conceded) == (2, first.prompt_model, first.conceded)
    assert first.wish and again.wish and again.wish["reference_images"] == first.wish["reference_images"]


@pytest.mark.row("G12")
def test_a_circled_take_is_the_one_of_the_cut(chain: Chain) -> None:
    payload, take = chain.generated()
    chain.context.decisions = ({"kind": "circle", "ref": take.ref, "digest": take.digest, "by": "mia"},)
    result = chain.reviewed(payload, take, min_audio_rms_db=-1.0, max_attempts=2)
    chosen = Selection.model_validate(result.outputs[-1].data)
    assert (chosen.take, chosen.approved, chosen.why) == (take.entity, True, "circled by mia")


def test_the_cut_takes_the_chosen_clip(chain: Chain) -> None:
    payload, take = chain.generated()
    chosen = kept(chain.reviewed(payload, take).outputs[-1], chain.root, "selection@1")
    members = [{"id": chain.scene.entity, "label": "4", "parent": None}]
    order = given("scene_set@1", "ep001", {"members": members, "retired": []}, chain.root)
    inputs: dict[str, Input] = {
        "scene_set": order,
        "scenes": (chain.scene,),
        "shots": chain.shots[:1],
        "selections": (chosen,),
        "takes": (take,),
    }
    cut = Cut.model_validate(chain.run("cut/cut_v1", inputs).outputs[0].data)
    assert [(clip.take, clip.sha256) for clip in cut.clips] == [(take.entity, take.media[0].sha256)]
    assert cut.title == "Small Film"
