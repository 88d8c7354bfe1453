"""Planted breaks of what a ComfyUI server is told and believed."""

from tests.contracts.breaks import Break

_ADAPTER = "cine_forge/generation/providers/comfyui/adapter.py"
_TESTS = "tests/generation/test_comfyui.py"

BREAKS = (
    Break(
        name="a job is told under an id that a newer ComfyUI server refuses",
        file=_ADAPTER,
        old='    return str(uuid5(NAMESPACE_URL, f"cine-forge:{own_id}"))\n',
        new='    return uuid5(NAMESPACE_URL, f"cine-forge:{own_id}").hex\n',
        test=f"{_TESTS}::test_an_id_of_ours_is_told_as_the_one_uuid_that_belongs_to_it",
    ),
    Break(
        name="a graph that a ComfyUI server makes only in part counts as made",
        file=_ADAPTER,
        old='        if name and answer.at("node_errors"):\n',
        new='        if not name and answer.at("node_errors"):\n',
        test=f"{_TESTS}::test_a_graph_that_is_taken_in_part_is_refused_as_a_whole",
    ),
    Break(
        name="inputs that a choice brings are held against nothing",
        file="cine_forge/generation/providers/comfyui/node_book.py",
        old='                if option.get("key") == inputs.get(key):\n',
        new='                if option.get("key") == inputs.get(name + key):\n',
        test=f"{_TESTS}::test_a_choice_that_brings_inputs_is_held_against_those_it_brings",
    ),
)
