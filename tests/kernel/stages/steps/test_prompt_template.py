"""Templates of a module: files filled with data, and nothing more."""

from __future__ import annotations

from pathlib import Path

import pytest

from cine_forge.kernel.ground.errors import StageError
from cine_forge.kernel.stages.steps.template import render


def filled(folder: Path, text: str, **values: object) -> str:
    (folder / "ask.j2").write_text(text)
    return render(folder, "ask.j2", values)


def test_data_goes_in_as_it_is_and_is_never_read_as_a_template(tmp_path: Path) -> None:
    hostile = "{{ 7 * 7 }} {% include '/etc/passwd' %} <b>"
    assert filled(tmp_path, "Say: {{ words }}.", words=hostile) == f"Say: {hostile}."


@pytest.mark.row("H7")
@pytest.mark.parametrize(
    "text",
    [
        "{{ absent }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ words.append(1) }}",
        "{{ 10 ** 10 ** 7 }}",
        "{{ 'a' * 500000000 }}",
        "{% include '../secret' %}",
        "{% include '/etc/passwd' %}",
        "{{ ''.join",
        "{{ cycler.__init__.__globals__ }}",
        "{{ range(10000000) }}",
    ],
)
def test_a_template_reaches_nothing_and_fills_no_memory(tmp_path: Path, text: str) -> None:
    with pytest.raises(StageError, match="CF-S048"):
        filled(tmp_path, text, words=[1])


def test_a_prompt_has_an_end(tmp_path: Path) -> None:
    with pytest.raises(StageError, match="at most 2,000,000"):
        filled(tmp_path, "{{ words }}", words="a" * 2_000_001)


def test_a_template_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StageError, match=r"absent\.j2"):
        render(tmp_path, "absent.j2", {})
