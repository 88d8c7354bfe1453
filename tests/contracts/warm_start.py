"""A warm start for many runs of pytest: what no break can change is imported once, and each run is a fork.

Started as `python -P tests/contracts/warm_start.py` in a copy of the tree. It reads one JSON line a run, the
arguments for pytest and a file for what is printed, and answers with the status. First-party code is imported
by the fork alone.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import click
import httpx
import hypothesis
import jinja2
import networkx
import numpy
import PIL.Image
import pydantic
import pytest
import yaml

WARM = (click, httpx, hypothesis, jinja2, networkx, numpy, PIL.Image, pydantic, yaml)
"""What most tests import sooner or later."""


def run(arguments: list[str], output: Path) -> int:
    """Run pytest in a fork and return its status; what it prints goes into a file."""
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
    """Serve runs until the input ends."""
    for line in sys.stdin:
        asked = json.loads(line)
        print(run(asked["arguments"], Path(asked["output"])), flush=True)


if __name__ == "__main__":
    main()
