"""A cap on the command line is an amount of money, or is refused before anything is read."""

from __future__ import annotations

import pytest

from cine_forge.cli.main import main


@pytest.mark.parametrize("amount", ["nan", "inf", "-1", "1e300", "ten"])
@pytest.mark.parametrize("words", [("run", "ep001.yaml", "--dry-run"), ("experiments", "run", "x")])
def test_what_is_no_amount_is_refused(
    words: tuple[str, ...], amount: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, "--budget", amount]) == 2
    told = capsys.readouterr().err
    assert "--budget" in told and amount.lstrip("-")[:2] in told and "Traceback" not in told
