"""Planted breaks of the kit for adapters, of folders of one's own, and of what stands before a purchase."""

from tests.contracts.breaks import Break

BREAKS = (
    Break(
        name="the kit does not count how often an order was bought",
        file="cine_forge/generation/conformance/trial.py",
        old="    if len(trial.server.jobs) > orders:\n",
        new="    if len(trial.server.jobs) > orders + 1:\n",
        test="tests/conformance/test_kit.py::test_the_kit_finds_a_sin[a lost answer is called a refusal]",
    ),
    Break(
        name="a graph is queued though the server's nodes do not allow it",
        file="cine_forge/generation/providers/comfyui/adapter.py",
        old="        if not faults:\n            return None\n",
        new="        if faults:\n            return None\n",
        test="tests/generation/test_comfyui.py::test_a_faulty_graph_is_refused_before_anything_is_queued",
    ),
    Break(
        name="a folder of one's own takes the name of a provider of ours",
        file="cine_forge/generation/providers/capabilities.py",
        old="            found.setdefault(path.parent.name, path.parent)\n",
        new="            found[path.parent.name] = path.parent\n",
        test="tests/generation/test_loading.py::test_a_name_of_ours_stays_ours",
    ),
)
