"""`python -m cine_forge.driver --recipe R`: plan and carry out a recipe."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any

import click

from cine_forge.driver.command import carry_out, run_options
from cine_forge.driver.refusal import guarded, wants_traceback
from cine_forge.kernel.ground.errors import Fault, UsageError


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--recipe", required=True, help="A recipe's path, or its name.")
@run_options
def driver(recipe: str, **options: Any) -> int:
    """Plan a recipe and carry it out; what is up to date is not made again."""
    return carry_out(recipe, options)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the driver and return its exit status; errors are told on stderr."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    return guarded(lambda: _run(words), debug=wants_traceback(words, os.environ))


def _run(words: list[str]) -> int | None:
    try:
        status: int | None = driver.main(
            words, prog_name="python -m cine_forge.driver", standalone_mode=False
        )
    except click.UsageError as error:
        message = error.format_message().replace("'", "`").rstrip(".")
        hint = "`python -m cine_forge.driver --help` shows the options"
        raise UsageError(Fault("CF-U003", message[:1].lower() + message[1:], hint=hint)) from None
    except click.Abort:
        raise KeyboardInterrupt from None
    return status


if __name__ == "__main__":
    sys.exit(main())
