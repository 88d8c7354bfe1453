"""`python -m cine_forge.driver --recipe R`: plan and carry out a recipe.

Only the standard library is imported before it is known that no other run holds the project.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from cine_forge.driver.probe import refuse_when_held
from cine_forge.driver.terminal.refusal import guarded, wants_traceback

NAME = "python -m cine_forge.driver"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the driver and return its exit status; errors are told on stderr."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    return guarded(lambda: _drive(words), debug=wants_traceback(words, os.environ))


def _drive(words: list[str]) -> int:
    refuse_when_held(words)
    from cine_forge.driver.command import driver
    from cine_forge.driver.invocation import invoke

    return invoke(driver, words, NAME)


if __name__ == "__main__":
    sys.exit(main())
