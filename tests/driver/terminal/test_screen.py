"""The screen: lines are broken between words where somebody looks, and nowhere else."""

from __future__ import annotations

import io

import click
import pytest

from cine_forge.driver.terminal.screen import UNBOUNDED, Screen, fitted


def test_a_pipe_has_no_width_and_columns_says_one() -> None:
    assert Screen.here({}, io.StringIO()).width == UNBOUNDED
    assert Screen.here({"COLUMNS": "80"}, io.StringIO()).width == 80
    assert Screen.here({"COLUMNS": "3"}, io.StringIO()).width == 40


def test_a_line_is_broken_between_words_and_goes_on_further_in() -> None:
    told = fitted("  waiting: one two three four five six seven eight", 30, hang=4)
    assert told.split("\n") == ["  waiting: one two three four", "      five six seven eight"]


def test_a_long_word_and_a_command_stay_whole() -> None:
    path = "a/" * 40
    assert fitted(path, 40) == path
    command = f"next: cine-forge runs show {path}"
    assert fitted(command, 40) == command


def test_colour_takes_no_room(capsys: pytest.CaptureFixture[str]) -> None:
    text = click.style("failed", fg="red") + ": " + "x" * 32
    assert fitted(text, 40) == text
    Screen(40).show([text])
    assert capsys.readouterr().out == click.unstyle(text) + "\n"
