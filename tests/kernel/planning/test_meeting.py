"""What a meeting notes: decisions of policies, defaults that were used, config as it took effect."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cine_forge.kernel.ground.errors import Fault, RecipeError
from cine_forge.kernel.planning.policy import Asked, Estimate, Policies, Ruling
from cine_forge.kernel.planning.record import Record, RecordedReuse, RecordedSpend, UsedDefault
from cine_forge.kernel.planning.reuse import ExactReuse
from cine_forge.kernel.planning.wires import Supply
from cine_forge.kernel.stages.discovery import discover
from tests.kernel.planning.kit import Kit

HEAD = "recipe_id: r\nentity: e\nresilience: {attempts: 1, delay_s: 0.0, jitter: 0.0}\n"


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Kit:
    return Kit.laid_out(tmp_path_factory.mktemp("kit"))


def defaults(kit: Kit, text: str) -> dict[str, Any]:
    return {one.name: one.value for one in kit.commission(text).record.defaults}


@pytest.mark.row("F10")
@pytest.mark.row("F11")
def test_config_takes_effect_in_layers_with_its_defaults(kit: Kit) -> None:
    text = f"""{HEAD}
stage_configs:
  defaults: {{prompt_v1: {{tone: warm, length: 7, words: [a, b], style: {{rhyme: true}}}}}}
  instances: {{q: {{length: 8, words: [c]}}}}
stages:
- {{id: p, module: prompt_v1}}
- {{id: q, module: prompt_v1, config: {{length: 9, style: {{}}}}}}
"""
    briefs = kit.commission(text).briefs
    below = {"tone": "warm", "length": 7, "words": ["a", "b"], "style": {"rhyme": True}}
    assert briefs["p"].config == below
    assert briefs["q"].config == below | {"length": 9, "words": ["c"]}


def test_every_key_of_config_is_a_component_of_the_fingerprint(kit: Kit) -> None:
    text = HEAD + "stages: [{id: p, module: prompt_v1, config: {tone: LOOK}}]\n"
    warm, dry = (
        kit.commission(text.replace("LOOK", tone)).briefs["p"].components for tone in ("warm", "dry")
    )
    assert {name for name in warm if name.startswith("config:")} == {
        "config:tone", "config:length", "config:words", "config:style",
    }  # fmt: skip
    assert [name for name in warm if warm[name] != dry[name]] == ["config:tone"]


@pytest.mark.row("F13")
def test_each_default_is_noted_once_for_a_module_however_many_stages_use_it(kit: Kit) -> None:
    text = (
        HEAD + "stages: [{id: p, module: prompt_v1}, {id: q, module: prompt_v1}, {id: m, module: maker_v1}]\n"
    )
    assert defaults(kit, text) == {
        "prompt_v1.config.tone": "dry",
        "prompt_v1.config.length": 4,
        "prompt_v1.config.words": (),
        "prompt_v1.config.style.rhyme": False,
    }


def test_what_one_stage_says_of_itself_is_that_of_no_other_and_what_none_says_is_shared(kit: Kit) -> None:
    text = HEAD + "stages:\n- {id: p, module: param_v1}\n- {id: q, module: param_v1, params: {count: 7}}\n"
    text += "- {id: s, module: param_v1}\n- {id: t, module: param_v1, resilience: {attempts: 4}}\n"
    briefs = kit.commission(text).briefs
    assert briefs["p"] is briefs["s"]
    assert briefs["q"].params.values["count"] == 7 != briefs["s"].params.values["count"]
    assert (briefs["t"].resilience.attempts, briefs["s"].resilience.attempts) == (4, 1)
    over = kit.commission(text, overrides={"s": {"count": 5}}).briefs
    assert over["s"].params.values["count"] == 5 != over["p"].params.values["count"]


def test_what_two_stages_lack_is_told_of_each(kit: Kit) -> None:
    text = HEAD + "stages:\n- {id: p, module: strict_v1}\n- {id: q, module: strict_v1}\n"
    found = [fault.where for fault in kit.faults(text) if fault.code == "CF-P013"]
    assert found == ["r.yaml:5:3", "r.yaml:6:3"]


@pytest.mark.row("F13")
def test_what_the_recipe_itself_leaves_open_is_noted(kit: Kit) -> None:
    text = "recipe_id: r\nresilience: {attempts: 2}\nstages: [{id: m, module: maker_v1}]\n"
    assert defaults(kit, text) == {"entity": "project", "resilience.delay_s": 0.5, "resilience.jitter": 0.25}


@pytest.mark.row("F13")
def test_a_value_that_is_given_is_no_default(kit: Kit) -> None:
    text = HEAD + "stages: [{id: p, module: param_v1, params: {count: 3}}]\n"
    found = defaults(kit, text)
    assert "param_v1.count" not in found
    assert found["param_v1.mode"] == "fast"


@pytest.mark.row("F12")
@pytest.mark.row("F13")
def test_strict_refuses_every_default_of_every_stage_at_once_and_says_what_to_write(kit: Kit) -> None:
    text = "recipe_id: r\nentity: e\nresilience: {attempts: 1, jitter: 0.0}\nstages:\n"
    text += "- {id: p, module: gate_v1, needs: [m]}\n- {id: q, module: gate_v1, needs: [m]}\n"
    text += "- {id: m, module: maker_v1}\n"
    faults = kit.faults(text, policies=Policies(), strict=True)
    assert [(fault.code, fault.where, fault.what, fault.hint) for fault in faults] == [
        ("CF-P040", "r.yaml:3:1", "`resilience.delay_s` is left to its default `0.5`",
         "write `delay_s: 0.5` under `resilience` of the recipe"),
        ("CF-P040", "r.yaml:5:3", "`p.approve` is left to its default `ask`",
         "write `approve: ask` under `params` of `p`"),
        ("CF-P040", "r.yaml:6:3", "`q.approve` is left to its default `ask`",
         "write `approve: ask` under `params` of `q`"),
    ]  # fmt: skip


@pytest.mark.row("F12")
def test_strict_makes_warnings_errors_and_leaves_a_complete_recipe_alone(kit: Kit) -> None:
    text = HEAD + "stages:\n- {id: m, module: maker_v1}\n- {id: n, module: maker_v1, needs: [m]}\n"
    assert kit.faults(text) == ()
    assert [fault.code for fault in kit.faults(text, strict=True)] == ["CF-P029"]
    assert kit.faults(text.replace("needs", "after"), strict=True) == ()


@pytest.mark.row("F13")
def test_settings_of_the_project_that_nobody_wrote_are_defaults_when_a_module_reads_them(kit: Kit) -> None:
    text = HEAD + "stages: [{id: p, module: plugged_v1}]\n"
    record = kit.commission(text, defaulted=frozenset({"project.title"})).record
    assert record.defaults == ()


@pytest.mark.row("F6")
@pytest.mark.row("F7")
def test_a_module_may_be_named_by_the_end_of_its_id_and_that_is_told(kit: Kit) -> None:
    order = kit.commission(HEAD + "stages: [{id: m, module: maker_v1}, {id: s, module: sea_v1}]\n")
    assert order.briefs["s"].module.manifest.module_id == "deep_sea_v1"
    why = "the only module whose id ends so"
    assert order.record.rulings[0] == Ruling("selectors", "which module `sea_v1` is", "deep_sea_v1", why)


@pytest.mark.row("F7")
def test_who_passes_a_gate_is_told_with_where_that_was_said(kit: Kit) -> None:
    text = HEAD + "stages: [{id: m, module: maker_v1}, {id: g, module: gate_v1, needs: [m]}]\n"
    policies = Policies()
    ruling = kit.commission(text, policies).record.rulings[0]
    assert ruling == Ruling("gate", "who passes the gate `g`", "ask", "its manifest's default")
    ruling = kit.commission(text, policies, overrides={"g": {"approve": "auto"}}).record.rulings[0]
    assert (ruling.answer, ruling.why) == ("auto", "the command or the project says so")


@pytest.mark.row("F9")
def test_what_a_builder_decided_is_told(kit: Kit) -> None:
    order = kit.commission(HEAD + "stages: [{id: p, module: prompt_v1}]\n")
    assert Ruling("blocks", "what `p` captures", "answer", "the only one") in order.record.rulings


@pytest.mark.row("F20")
def test_settings_of_an_extension_reach_the_plug_in_and_the_modules_that_list_them(kit: Kit) -> None:
    text = HEAD + "extensions: {acme: {depth: 3, tint: red}}\nstages: [{id: p, module: plugged_v1}]\n"
    around = {"facts": {"extension.acme.tint": "red"}}
    assert kit.commission(text, **around).briefs["p"].facts == {"extension.acme.tint": "red"}
    bare = kit.commission(HEAD + "stages: [{id: p, module: plugged_v1}]\n")
    assert bare.briefs["p"].facts == {"extension.acme.tint": None}


def test_params_for_a_stage_that_is_none_are_refused_where_they_were_written(kit: Kit) -> None:
    text = HEAD + "stages: [{id: maker, module: maker_v1}]\n"
    around = {"overrides": {"makr": {"x": 1}}, "origins": {"makr.x": "project.yaml:9:5"}}
    (fault,) = kit.faults(text, **around)
    assert (fault.code, fault.where, fault.hint) == ("CF-P041", "project.yaml:9:5", "did you mean `maker`?")


def test_a_refused_override_stands_where_it_was_written(kit: Kit) -> None:
    text = HEAD + "stages: [{id: p, module: param_v1}]\n"
    around = {"overrides": {"p": {"count": 99}}, "origins": {"p.count": "project.yaml:9:5"}}
    (fault,) = kit.faults(text, **around)
    assert (fault.code, fault.where) == ("CF-P014", "project.yaml:9:5")


class Cheapest:
    def route(self, asked: Asked) -> dict[str, str]:
        return {"provider": "p", "model": "m", "reason": "cheapest"} if asked.resources else {}

    def estimate(self, asked: Asked) -> Estimate | None:
        return Estimate("p", 5)


def test_the_choice_of_a_provider_is_noted_once_for_all_units_of_a_stage() -> None:
    record = Record()
    spend = RecordedSpend(Cheapest(), record)
    for entity in ("a", "b"):
        asked = Asked("draw", entity, "m", {}, {}, {"modality": "image_t2i"})
        assert spend.route(asked)["provider"] == "p"
        assert spend.estimate(asked) == Estimate("p", 5)
    assert spend.route(Asked("think", "a", "m", {}, {})) == {}
    assert record.rulings == (Ruling("spend", "who makes image_t2i for `draw`", "p m", "cheapest"),)


class Dearer(Cheapest):
    def estimate(self, asked: Asked) -> Estimate | None:
        return Estimate("p", 6, reason="m cost 120 %")


def test_what_else_a_price_rests_on_is_noted_once_a_stage() -> None:
    record = Record()
    spend = RecordedSpend(Dearer(), record)
    for entity in ("a", "b"):
        assert spend.estimate(Asked("draw", entity, "m", {}, {})) == Estimate("p", 6, reason="m cost 120 %")
    assert record.rulings == (Ruling("price", "how estimates for `draw` turned out", "p", "m cost 120 %"),)


def test_how_often_a_unit_is_tried_is_told_with_who_said_so(kit: Kit) -> None:
    text = "recipe_id: r\nresilience: {attempts: 2, delay_s: 1.5}\nstages: [{id: m, module: maker_v1}]\n"
    (ruling,) = kit.commission(text).record.rulings
    times = "2 times, after 1.5 s and twice that each time"
    assert ruling == Ruling("retry", "how often a unit is tried", times, "the recipe says so")


def test_what_is_kept_in_spite_of_a_change_is_noted_once() -> None:
    record = Record()
    reuse = RecordedReuse(ExactReuse(), record)
    assert reuse.spares("external", ["code:main.py", "seed:project"])
    assert reuse.spares("external", ["code:other.py", "seed:project"])
    assert not reuse.spares("external", ["param:x"])
    assert not reuse.spares("pure", ["code:main.py"])
    question = "whether a change of code and seed makes anew what is external"
    assert [(ruling.question, ruling.answer) for ruling in record.rulings] == [(question, "no")]


def test_a_warning_is_noted_and_heard_once_whenever_the_listener_came() -> None:
    record, heard = Record(), list[str]()
    early, late = Fault("CF-X001", "before"), Fault("CF-X001", "after")
    record.warn(early)
    record.listen(lambda event, fields: heard.append(event))
    for _ in range(2):
        record.warn(early)
        record.warn(late)
    assert record.warnings == [early, late]
    assert heard == ["warning", "warning"]


@pytest.mark.row("F13")
def test_a_listener_hears_what_was_noted_before_and_after_it_came_each_once() -> None:
    record, heard = Record(), list[tuple[str, object]]()
    record.decide(Ruling("gate", "who", "ask"))
    record.use(UsedDefault("x", 1, "write x"))
    record.listen(lambda event, fields: heard.append((event, fields.get("question") or fields.get("name"))))
    for _ in range(2):
        record.decide(Ruling("spend", "who makes it", "p"))
        record.use(UsedDefault("x", 1, "write x"))
        record.use(UsedDefault("y", None, "write y"))
    assert heard == [
        ("policy_decided", "who"), ("default_used", "x"),
        ("policy_decided", "who makes it"), ("default_used", "y"),
    ]  # fmt: skip


def test_the_errors_of_a_strict_command_name_nothing_for_no_value() -> None:
    assert (
        UsedDefault("budget_usd", None, "w").fault().what == "`budget_usd` is left to its default `nothing`"
    )
    assert UsedDefault("on", True, "w").fault().what == "`on` is left to its default `true`"


def test_every_fault_of_a_refused_recipe_is_of_the_family_that_its_writer_can_mend(
    kit: Kit, tmp_path: Path
) -> None:
    with pytest.raises(RecipeError) as refused:
        kit.commission("recipe_id: r\nstages: [{id: a, module: nope}]\n")
    assert refused.value.exit_status == 2


@pytest.mark.row("A21")
def test_a_named_output_of_another_schema_feeds_an_input_when_it_promises_enough(kit: Kit) -> None:
    text = HEAD + "stages: [{id: c, module: cards_v1}, {id: r, module: reader_v1, needs: [c.card]}]\n"
    order = kit.commission(text)
    (wire,) = order.wires["r"].wires
    assert (wire.type, wire.supplies) == ("card", (Supply("c", "card"),))
    assert order.record.warnings == []


@pytest.mark.row("A21")
def test_an_output_of_another_schema_feeds_nothing_unless_it_is_named(kit: Kit) -> None:
    text = HEAD + "stages: [{id: c, module: cards_v1}, {id: r, module: reader_v1, needs: [c]}]\n"
    assert [fault.code for fault in kit.faults(text)] == ["CF-P020"]


def test_an_output_that_lacks_something_leaves_an_optional_input_empty(kit: Kit) -> None:
    text = HEAD + "stages: [{id: m, module: maker_v1}, {id: x, module: mixer_v1, needs: [m.note, m.list]}]\n"
    wires = {wire.name: wire for wire in kit.commission(text).wires["x"].wires}
    assert (wires["note"].supplies, wires["page"].held) == ((Supply("m", "note"),), "none")


def test_a_stage_that_could_not_be_read_whole_is_not_told_what_it_lacks(kit: Kit) -> None:
    text = (
        HEAD + "stages:\n- {id: m, module: maker_v1}\n- {id: n, module: maker_v9}\n"
        "- {id: e, module: each_v1, after: [zz]}\n- {id: b, module: binder_v1, needs: [m, e, zz]}\n"
        "- {id: r, module: reader_v1, needs: [n.note]}\n- {id: s, module: strict_v1, nope: 1}\n"
    )
    assert [fault.code for fault in kit.faults(text)] == [
        "CF-M006",
        "CF-R004",
        "CF-R004",
        "CF-P020",
        "CF-R002",
    ]


def _with_module(kit: Kit, tmp_path: Path, manifest: str) -> Kit:
    folder = tmp_path / "kit" / "own_v1"
    folder.mkdir(parents=True)
    head = "module_id: own_v1\nstage: kit\ndescription: d\nversion: 1\n"
    (folder / "module.yaml").write_text(head + manifest)
    (folder / "main.py").write_text("def run_module(inputs, params, context): ...\n")
    return replace(kit, registry=discover([tmp_path]))


def test_settings_and_schemas_that_nobody_knows_are_refused_with_the_nearest(
    kit: Kit, tmp_path: Path
) -> None:
    manifest = "facts: [project.titel]\noutputs: {a: {schema: nott@1}, b: {schema: note@1}}\n"
    found = _with_module(kit, tmp_path, manifest).faults(HEAD + "stages: [{id: o, module: own_v1}]\n")
    assert [(fault.code, fault.hint.partition(";")[0]) for fault in found] == [
        ("CF-P025", "did you mean `project.title`?"), ("CF-P024", "did you mean `note@1`?"),
    ]  # fmt: skip


@pytest.mark.row("F13")
def test_a_setting_that_a_module_reads_and_nobody_wrote_is_a_default(kit: Kit, tmp_path: Path) -> None:
    own = _with_module(kit, tmp_path, "facts: [project.title]\noutputs: {b: {schema: note@1}}\n")
    text = HEAD + "stages: [{id: o, module: own_v1}]\n"
    (used,) = own.commission(text, defaulted=frozenset({"project.title", "project.seed"})).record.defaults
    assert (used.name, used.value) == ("project.title", "T")
    assert own.commission(text).record.defaults == ()


def test_a_listener_hears_warnings_too() -> None:
    record, heard = Record(), list[tuple[str, dict[str, Any]]]()
    record.warnings.append(Fault("CF-P029", "nothing is read"))
    record.listen(lambda event, fields: heard.append((event, dict(fields))))
    assert heard == [("warning", {"message": "CF-P029 nothing is read"})]
