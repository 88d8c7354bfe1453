"""`cine-forge review`: what waits for a person, and the person's decisions about boards and takes."""

from __future__ import annotations

import json
from pathlib import Path

import click

from cine_forge.cli.project import project_option


@click.group()
def review() -> None:
    """List what waits for a person; approve, reject, circle or mark as no good."""


@review.command(name="list")
@project_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_waiting(folder: Path, as_json: bool) -> None:
    """List every approval gate that is shut, with the command that opens it."""
    from cine_forge.driver.wiring import wire_project
    from cine_forge.kernel.planning.compilation import compile_plan

    wired = wire_project(folder)
    held = [unit for unit in compile_plan(wired.commission, wired.view).plan().units if unit.action == "hold"]
    if as_json:
        rows = [{"unit": str(unit.unit), "label": unit.label, "text": unit.reasons[0].text} for unit in held]
        click.echo(json.dumps({"schema": "review_list/1", "waiting": rows}, indent=1, ensure_ascii=False))
        return
    for unit in held:
        click.echo(f"{unit.unit.stage}  {unit.label}  {unit.reasons[0].text}")
    if not held:
        click.echo("nothing waits for a person")


def _decision(kind: str, sentence: str) -> click.Command:
    @click.command(name=kind, help=sentence)
    @click.argument("refs", nargs=-1, required=True)
    @click.option("--note", default="", help="Why.")
    @click.option("--as", "by", required=False, help="Who decides, by id; default: the project's first user.")
    @project_option
    def decide(refs: tuple[str, ...], note: str, by: str | None, folder: Path) -> None:
        from cine_forge.driver.artifacts.decide import Decided, record_decision

        for ref in refs:
            click.echo(f"{kind}: {record_decision(folder, Decided(kind, note), ref, by=by)}")

    return decide


review.add_command(_decision("approve", "Approve boards, by ref (`pencil_board/…@v1`) or shot (`shot:4A`)."))
review.add_command(_decision("reject", "Reject boards, with a note."))
review.add_command(_decision("circle", "Circle a take: the cut shall use it."))
review.add_command(_decision("ng", "Mark a take as no good."))
