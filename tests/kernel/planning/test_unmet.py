"""What a meeting says where something is missing on either side, and what it keeps quiet about."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cine_forge.kernel.artifacts.schemas.schemas import SchemaRegistry
from cine_forge.kernel.ground.errors import Fault
from cine_forge.kernel.planning.record import Record
from cine_forge.kernel.planning.wires import Supply
from tests.kernel.planning import kit as kits
from tests.kernel.planning.kit import Kit

HEAD = "recipe_id: r\nstages:\n"
ASKING = {"outputs": {"page": {"schema": "page@1"}}, "facts": ["project.titel", "look.grain"]}


@pytest.fixture
def kit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kit:
    monkeypatch.setitem(kits.MANIFESTS, "asking_v1", ASKING)
    return Kit.laid_out(tmp_path)


def said(kit: Kit, text: str, **around: object) -> list[tuple[str, str, str]]:
    return [(fault.code, fault.what, fault.hint) for fault in kit.faults(HEAD + text, **around)]


def test_a_setting_that_the_project_lacks_is_named_with_those_there_are(kit: Kit) -> None:
    assert said(kit, "- {id: a, module: asking_v1}\n") == [
        ("CF-P025", "the project has no setting `project.titel`",
         "did you mean `project.title`?; settings are project.title"),
        ("CF-P025", "the project has no setting `look.grain`", "settings are project.title"),
    ]  # fmt: skip
    bare = said(kit, "- {id: a, module: asking_v1}\n", facts={})
    assert [hint for _, _, hint in bare] == ["this project has no project.yaml"] * 2


def test_a_setting_that_nobody_wrote_is_noted_as_a_default(kit: Kit) -> None:
    facts = {"project.titel": "T", "look.grain": 3}
    text = HEAD + "- {id: a, module: asking_v1}\n"
    found = kit.commission(text, facts=facts, defaulted=frozenset({"look.grain"}))
    assert found.briefs["a"].facts == facts
    (noted,) = [one for one in found.record.defaults if one.name == "look.grain"]
    assert (noted.value, noted.write) == (
        3, "write `look.grain: 3` in `project.yaml`, its parts as nested keys",
    )  # fmt: skip


def test_a_schema_that_nobody_registered_is_named_once_for_each_module(kit: Kit) -> None:
    few = SchemaRegistry()
    few.register_json("note@2", {"type": "object"})
    bare = replace(kit, schemas=few)
    text = "- {id: a, module: cards_v1}\n- {id: b, module: reader_v1, needs: [a.card]}\n"
    text += "- {id: c, module: cards_v1}\n"
    found = [fault for fault in said(bare, text) if fault[0] == "CF-P024"]
    assert [what for _, what, _ in found] == [
        "module `cards_v1` uses the unknown schema `card@1`",
        "module `cards_v1` uses the unknown schema `slip@1`",
        "module `reader_v1` uses the unknown schema `note@1`",
        "module `reader_v1` uses the unknown schema `page@1`",
    ]
    assert found[0][2] == "register it or add its file to `schemas`"
    assert found[2][2] == "did you mean `note@2`?; register it or add its file to `schemas`"


def test_a_named_output_of_another_schema_feeds_an_input_that_it_promises_enough(kit: Kit) -> None:
    text = "- {id: a, module: cards_v1}\n- {id: b, module: reader_v1, needs: [a.card]}\n"
    (wire,) = kit.commission(HEAD + text).wires["b"].wires
    assert (wire.supplies, wire.type) == ((Supply("a", "card"),), "card")


def test_an_output_of_a_stage_without_a_module_is_no_second_fault(kit: Kit) -> None:
    text = "- {id: a, module: makr_v1}\n- {id: b, module: mixer_v1, needs: [a.card]}\n"
    assert "CF-P035" not in [code for code, _, _ in said(kit, text)]


def test_a_stage_that_lost_a_part_is_not_told_what_it_may_have_said_there(kit: Kit) -> None:
    text = "- {id: a, module: maker_v1}\n- {id: b, module: each_v1, needs: [a, 7]}\n"
    assert {code for code, _, _ in said(kit, text)} == {"CF-R002"}
    fan = "- {id: b, module: each_v1, needs: [zz]}\n"
    assert "CF-P022" not in {code for code, _, _ in said(kit, fan)}
    unread = "- {id: a, module: maker_v1}\n- {id: b, module: param_v1, needs: [a], zz: 1}\n"
    found = said(kit, unread, strict=True)
    assert "CF-P029" not in {code for code, _, _ in found}


def test_a_warning_is_heard_as_one() -> None:
    record, heard = Record(), []
    record.warnings.append(Fault("CF-P029", "reads nothing"))
    record.listen(lambda name, fields: heard.append((name, dict(fields))))
    assert heard == [("warning", {"message": "CF-P029 reads nothing"})]


def test_what_to_write_is_shown_as_it_would_be_written(kit: Kit) -> None:
    found = kit.commission(HEAD + "- {id: p, module: param_v1}\n- {id: q, module: prompt_v1}\n").record
    write = {one.name: one.write for one in found.defaults}
    assert write["param_v1.on"] == "write `on: false` under `params` of `p`"
    assert write["param_v1.words"] == "write `words: []` under `params` of `p`"
    assert write["param_v1.count"] == "write `count: 3` under `params` of `p`"
    assert write["prompt_v1.config.length"] == "write `length: 4` under `config` of `q`"
    assert write["prompt_v1.config.tone"] == "write `tone: dry` under `config` of `q`"
    assert write["entity"] == "write `entity: project` in the recipe"


def test_of_several_makers_the_one_that_is_named_feeds_the_input(kit: Kit) -> None:
    makers = "- {id: a, module: maker_v1}\n- {id: b, module: other_maker_v1}\n"
    for needs, expected in (("[a, b.note]", "b"), ("[a.note, b]", "a")):
        text = f"{makers}- {{id: r, module: reader_v1, needs: {needs}}}\n"
        (wire,) = kit.commission(HEAD + text).wires["r"].wires
        assert wire.supplies == (Supply(expected, "note"),)
    many = f"{makers}- {{id: r, module: binder_v1, needs: [a, b.note]}}\n"
    (wire,) = kit.commission(HEAD + many).wires["r"].wires
    assert wire.supplies == (Supply("a", "note"), Supply("b", "note"))
