"""The workloads of the bench have the shape that its page says."""

from __future__ import annotations

from pathlib import Path

from bench.bar import Bar
from bench.workload import chain, layers


def test_layers_read_two_of_the_layer_before_and_one_change_has_fifteen_consequences() -> None:
    work = layers(10, 100)
    assert len(work.needs) == 1000
    assert {len(needs) for needs in list(work.needs.values())[100:]} == {2}
    assert len(work.sources) == 101
    assert len(work.due) == 15


def test_a_chain_reads_the_one_before_and_half_of_it_is_due() -> None:
    work = chain(1000)
    assert sum(len(needs) for needs in work.needs.values()) == 999
    assert len(work.due) == 500


def test_a_change_rewrites_the_middle_input_alone(tmp_path: Path) -> None:
    work = layers(4, 3)
    work.write(tmp_path)
    before = {path.name: path.read_text() for path in (tmp_path / "inputs").iterdir()}
    work.change(tmp_path)
    after = {path.name: path.read_text() for path in (tmp_path / "inputs").iterdir()}
    assert [name for name in after if after[name] != before[name]] == [f"{work.middle}.txt"]


def test_a_bar_is_met_up_to_its_limit_and_an_exact_one_only_at_it() -> None:
    assert Bar("time", 3.0, 3.0, "s").is_met
    assert not Bar("time", 3.1, 3.0, "s").is_met
    assert not Bar("run", 14, 15, "units", exact=True).is_met
    assert not Bar("run", 16, 15, "units", exact=True).is_met
