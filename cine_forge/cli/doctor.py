"""`cine-forge doctor`: what the driver's doctor found, for a person or as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from cine_forge.cli.project import project_option


@click.command()
@project_option
@click.option("--json", "as_json", is_flag=True, help="Print `doctor/1` as JSON.")
def doctor(folder: Path, as_json: bool) -> int:
    """Check Python, libraries, encoders, fonts, disk and permissions; status 1 when something is not well."""
    from cine_forge.driver.doctor import examine

    findings = examine(folder)
    if as_json:
        document = {"schema": "doctor/1", "findings": [asdict(finding) for finding in findings]}
        click.echo(json.dumps(document, indent=2, ensure_ascii=False))
    for finding in () if as_json else findings:
        click.echo(f"{'ok  ' if finding.well else 'FAIL'} {finding.name:<11} {finding.found}")
        if not finding.well:
            click.echo(f"     {finding.hint}")
    return 0 if all(finding.well for finding in findings) else 1
