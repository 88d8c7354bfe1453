"""A warm start for many runs of pytest: what a break cannot change is imported once, and each run is a fork.

Started as `python -P warm_start.py` in a copy of the tree. It reads one JSON line a run and answers with the
status: the modules to have in memory first, the module that is broken in this run if it is one, the arguments
for pytest and a file for what is printed. What was imported stays, so the broken module must never have been:
then nothing in memory stems from it, and the fork imports it and all that rests on it.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import pydantic
import pytest
from hypothesis import given, settings
from hypothesis.strategies import integers

WARM = (
    *("concurrent.futures.thread", "faulthandler", "html.parser", "http.server", "pdb", "sqlite3"),
    *("statistics", "tomllib", "click", "httpx", "jinja2", "networkx", "numpy.typing", "PIL.Image"),
    *("pydantic.main", "pydantic.type_adapter", "yaml"),
)
"""What most tests import sooner or later."""


def load(modules: Iterable[str]) -> None:
    """Import what can be imported here: an optional library may be missing."""
    for module in modules:
        with suppress(ImportError):
            import_module(module)
    draw()


@settings(max_examples=1, database=None)
@given(integers())
def draw(_number: int) -> None:
    """Do nothing; before the draw, Hypothesis reads the constants of all that is in memory."""


def run(arguments: list[str], output: Path) -> int:
    """Run pytest in a fork and return its status; what it prints goes into a file."""
    gc.freeze()
    child = os.fork()
    if child == 0:
        told = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(told, 1)
        os.dup2(told, 2)
        os._exit(_ended(arguments))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _ended(arguments: list[str]) -> int:
    try:
        return int(pytest.main(arguments))
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


def main() -> None:
    """Serve runs until the input ends, or until what is broken turns out to be in memory."""
    gc.disable()  # a run is over before its garbage is in the way
    load(WARM)
    pydantic.TypeAdapter(int)  # the first of them looks for plug-ins
    for line in sys.stdin:
        asked = json.loads(line)
        load(asked["below"])
        if asked["broken"] in sys.modules:
            sys.exit(f"{asked['broken']} was imported by something that should come after it")
        print(run(asked["arguments"], Path(asked["output"])), flush=True)


if __name__ == "__main__":
    main()
