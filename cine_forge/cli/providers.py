"""`cine-forge providers`: who generates, and what is open at them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from cine_forge.cli.project import project_option
from cine_forge.cli.provider_kit import new, test
from cine_forge.driver.terminal.screen import Screen
from cine_forge.driver.terminal.usd import amount_usd


@click.group()
def providers() -> None:
    """Look at providers and at generations that are not settled."""


providers.add_command(new)
providers.add_command(test)


@providers.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@project_option
def list_providers(as_json: bool, folder: Path) -> None:
    """List every provider: what it does, by which models, how a lost submit is found, which keys are here."""
    from cine_forge.driver.money.provider_table import provider_rows, table_lines

    rows = provider_rows(folder, os.environ)
    if as_json:
        told = {"schema": "providers/1", "providers": [row.as_data() for row in rows]}
        click.echo(json.dumps(told, indent=1))
        return
    screen = Screen.here(os.environ)
    screen.show(table_lines(rows, screen.width))


@providers.command()
@click.option("--prices", is_flag=True, help="Ask who tells prices what its models cost today.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@project_option
def check(prices: bool, as_json: bool, folder: Path) -> None:
    """Say of every provider that is configured whether it could be asked; asks nobody.

    With --prices vendors are asked for today's prices, which are held against the profiles of the models that
    are routed to them; nothing is bought and nothing is changed.
    """
    from cine_forge.driver.money.provider_table import readiness

    if prices:
        _check_prices(folder, as_json=as_json)
        return
    rows = list(readiness(folder, os.environ))
    if as_json:
        told = [{"name": name, "ready": said.startswith("ready"), "text": said} for name, said in rows]
        click.echo(json.dumps({"schema": "readiness/1", "providers": told}, indent=1))
        return
    width = max((len(name) for name, _ in rows), default=0)
    screen = Screen.here(os.environ)
    screen.show((f"{name:<{width}}  {told}" for name, told in rows), hang=width + 2)


def _check_prices(folder: Path, *, as_json: bool) -> None:
    from cine_forge.driver.money.price_check import check_lines, price_checks

    checks = tuple(price_checks(folder, os.environ))
    if as_json:
        told = {"schema": "prices/1", "providers": [check.as_data() for check in checks]}
        click.echo(json.dumps(told, indent=1))
        return
    Screen.here(os.environ).show(check_lines(checks), hang=12)


@providers.command()
@click.option("--wait", "wait_s", type=click.FloatRange(0), default=0.0, help="Wait so long for what runs.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@project_option
def recover(wait_s: float, as_json: bool, folder: Path) -> int:
    """Take up what is open at providers: look it up, bring it home, settle it; buys nothing.

    Exits with 0 when all has ended, 6 when something still runs or could not be asked, 5 when a person must
    say what they found, 1 when something must be mended first.
    """
    from cine_forge.driver.upkeep.recovery import recover_in
    from cine_forge.driver.upkeep.recovery_text import recovered_json, recovered_lines, recovered_status

    found = recover_in(folder, wait_s=wait_s)
    if as_json:
        click.echo(json.dumps(recovered_json(found), indent=1, ensure_ascii=False))
    else:
        Screen.here(os.environ).show(recovered_lines(found))
    return recovered_status(found)


@providers.command()
@project_option
def restore(folder: Path) -> None:
    """Make a ledger that was lost, or is an older one, again from `receipts/`; asks nobody, buys nothing."""
    from cine_forge.driver.upkeep.lost_ledger import restore_in

    Screen.here(os.environ).show(restore_in(folder))


@providers.command()
@click.argument("receipt")
@click.option("--charged/--not-charged", required=True, help="What the provider's own list or bill says.")
@click.option(
    "--cost-usd", type=float, callback=amount_usd, help="What the bill says; default: all that was set aside."
)
@click.option("--as", "by", help="Who looked, by id; default: the project's first user.")
@project_option
def close(receipt: str, charged: bool, cost_usd: float | None, by: str | None, folder: Path) -> None:
    """End a held RECEIPT: say whether what may or may not have arrived was charged; sends nothing."""
    from cine_forge.driver.upkeep.held import close_held_in
    from cine_forge.film.project import micro_usd_of

    cost = None if cost_usd is None else micro_usd_of(cost_usd)
    ended = close_held_in(folder, receipt, charged=charged, by=by, cost_micro_usd=cost)
    again = "the next run asks a language model anew, and anything else with `--rebuy` or a reroll"
    then = f"counts as spent; {again}" if charged else "may be sent again"
    click.echo(f"{ended.id}  {ended.state}: {ended.error}; it {then}")
