"""`cine-forge errors`: the page of a code, found however it is typed."""

from __future__ import annotations

import pytest

from cine_forge.cli.main import main


@pytest.mark.parametrize("typed", ["CF-U101", "cf-u101", "u101"])
def test_a_code_is_explained_with_what_to_do(typed: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["errors", typed]) == 0
    text = capsys.readouterr().out
    assert text.startswith("CF-U101 ")
    assert len(text.splitlines()) >= 3


def test_without_a_code_every_code_is_listed_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["errors"]) == 0
    codes = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert "CF-U001" in codes
    assert codes == sorted(codes)


def test_an_unknown_code_is_refused_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["errors", "CF-U199"]) == 2
    assert "did you mean" in capsys.readouterr().err
