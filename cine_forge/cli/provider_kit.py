"""`cine-forge providers new` and `providers test`: for who writes an adapter."""

from __future__ import annotations

import os
from pathlib import Path

import click

from cine_forge.cli.project import project_option


@click.command()
@click.argument("name")
@click.option("--into", type=click.Path(path_type=Path), show_default="PROJECT/providers", help="Where to.")
@project_option
def new(name: str, into: Path | None, folder: Path) -> None:
    """Write a folder for a provider NAME of your own: adapter, declaration, model, fake and test."""
    from cine_forge.driver.places import Places
    from cine_forge.generation.conformance.folder import write_folder

    for path in write_folder(name, into or folder / "providers", Places.here(os.environ).adapters(folder)):
        click.echo(path)
    click.echo(f"next: write what is the vendor's own, then `cine-forge providers test {name}`")


@click.command()
@click.argument("name")
@click.option("--fault", "only", multiple=True, help="Only this fault; may be given again.")
@project_option
def test(name: str, only: tuple[str, ...], folder: Path) -> int:
    """Try the adapter NAME against every fault that can strike it, on this machine; nothing is bought.

    Exits with 0 when every order came through as it must, else with 1.
    """
    from tempfile import TemporaryDirectory

    from cine_forge.driver.places import Places
    from cine_forge.generation.conformance.folder import case_in, find_folder
    from cine_forge.generation.conformance.kit import chosen, try_all

    case = case_in(find_folder(name, Places.here(os.environ).adapters(folder)))
    count = bad = 0
    with TemporaryDirectory() as place:
        for verdict in try_all(case, chosen(case, only), Path(place)):
            count, bad = count + 1, bad + bool(verdict.wrong)
            click.echo(f"{'BAD' if verdict.wrong else 'ok ':<4} {verdict.fault:<34} {verdict.state}")
            for why in verdict.wrong:
                click.echo(f"     {why}")
    told = f"{count} fault" if count == 1 else f"{count} faults"
    click.echo(f"{told}, {bad} of them not borne" if bad else f"{told}, all borne")
    return 1 if bad else 0
