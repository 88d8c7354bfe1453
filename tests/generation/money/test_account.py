"""The account of a project, as commands report it."""

from __future__ import annotations

from pathlib import Path

from cine_forge.generation.money.account import Account, read_account


def test_a_project_that_never_generated_has_an_empty_account_and_stays_so(tmp_path: Path) -> None:
    assert read_account(tmp_path) == Account()
    assert list(tmp_path.iterdir()) == []
