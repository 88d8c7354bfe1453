"""`cine-forge`: where the console script begins.

Only the standard library is imported before it is known that no other run holds the project of a `run`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from cine_forge.driver.places import project_around
from cine_forge.driver.probe import refuse_when_held
from cine_forge.driver.terminal.refusal import guarded, wants_traceback


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; errors are told on stderr."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    return guarded(lambda: _run(words), debug=wants_traceback(words, os.environ))


def _run(words: list[str]) -> int:
    if words[:1] == ["run"]:
        refuse_when_held(words[1:], own=project_around(Path.cwd()))
    from cine_forge.cli.commands import cine_forge
    from cine_forge.driver.invocation import invoke

    return invoke(cine_forge, words, "cine-forge")
