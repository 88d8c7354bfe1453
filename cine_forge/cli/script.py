"""`cine-forge script …`: look at a script as the readers see it. No project is needed, nothing is written."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import click

from cine_forge.cli.script_continuity import continuity
from cine_forge.cli.script_diff import diff
from cine_forge.cli.script_sheet import sheet, view


@click.group()
def script() -> None:
    """Look at a script, compare drafts of it, write its sheets."""


script.add_command(continuity)
script.add_command(diff)
script.add_command(sheet)
script.add_command(view)


@script.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print `script/1` as JSON.")
def inspect(file: Path, as_json: bool) -> None:
    """Show the scenes, people and mentions that were found in FILE."""
    from cine_forge.film.screenplay.inspection import inspect_script

    seen = inspect_script(file)
    if as_json:
        click.echo(json.dumps(seen, indent=2, ensure_ascii=False))
    else:
        _show(seen)


def _show(seen: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table("n", "number", "heading", "lines", "eighths", "sure", box=None, pad_edge=False)
    for scene in seen["scenes"]:
        lines = f"{scene['line']}–{scene['end_line']}"
        sure = f"{scene['confidence']:.0%}"
        number = scene["number"] or ""
        table.add_row(str(scene["n"]), number, escape(scene["heading"]), lines, str(scene["eighths"]), sure)
    console = Console()
    console.print(table)
    console.print(_summary(seen), highlight=False, markup=False)


def _summary(seen: dict[str, Any]) -> str:
    cues = Counter(cue["character"] for cue in seen["cues"])
    people = ", ".join(f"{name} ({count})" for name, count in cues.most_common())
    counts = (
        f"{seen['format']}, {seen['lines']} lines, {len(seen['scenes'])} scenes, {len(seen['cues'])} cues"
    )
    return f"{counts}\nspeaking: {people or 'nobody'}"
