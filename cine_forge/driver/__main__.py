"""`python -m cine_forge.driver --recipe R`: plan and carry out a recipe."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import click

from cine_forge.driver.command import carry_out, run_options
from cine_forge.driver.invocation import invoke


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--recipe", required=True, help="A recipe's path, or its name.")
@run_options
def driver(recipe: str, **options: Any) -> int:
    """Plan a recipe and carry it out; what is up to date is not made again."""
    return carry_out(recipe, options)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the driver and return its exit status; errors are told on stderr."""
    words = sys.argv[1:] if arguments is None else arguments
    return invoke(driver, words, "python -m cine_forge.driver")


if __name__ == "__main__":
    sys.exit(main())
