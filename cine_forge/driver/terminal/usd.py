"""US dollars as a person writes them: an amount that a cap or a bill can be, and nothing else."""

from __future__ import annotations

import click

_MOST = 1_000_000_000.0


def amount_usd(_ctx: click.Context, _param: click.Parameter, value: float | None) -> float | None:
    """Return an option's amount as it is. Raises click.BadParameter for a negative one, and for no number."""
    if value is not None and not 0 <= value <= _MOST:
        raise click.BadParameter(f"`{value}` is no amount of US dollars, such as 12.50")
    return value
