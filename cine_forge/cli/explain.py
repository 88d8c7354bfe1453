"""`cine-forge explain WHAT`: why something would run, be reused or wait; or why it did, in a run."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from cine_forge.cli.project import project_option
from cine_forge.driver.terminal.screen import Screen


@click.command()
@click.argument("what")
@click.option("--run", "of_run", help="Explain what was done in this run, from its events.")
@project_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def explain(what: str, of_run: str | None, folder: Path, as_json: bool) -> None:
    """Explain a ref, a stage or STAGE/ENTITY down to the line that began it, and what is no cause."""
    from cine_forge.driver.explain import answer, explain_in_run, explanation_lines
    from cine_forge.driver.runs import find_run

    if of_run is None:
        artifact, found = answer(folder, what)
    else:
        artifact, found = None, explain_in_run(find_run(folder, of_run), what)
    if as_json:
        rows = [
            {"unit": str(e.unit), "action": e.action, "reasons": list(e.reasons), "depth": e.depth}
            for e in found
        ]
        told = {"artifact": artifact.to_json() if artifact else None, "units": rows}
        click.echo(json.dumps({"schema": "explain/1", **told}, indent=1, ensure_ascii=False))
        return
    screen = Screen.here(os.environ)
    screen.show(artifact.lines() if artifact else ())
    screen.show(explanation_lines(found))
