"""`cine-forge errors CODE`: what an error means and what to do, from the pages of `docs/errors`."""

from __future__ import annotations

import re
from pathlib import Path

import click

from cine_forge.driver.places import Places
from cine_forge.kernel.ground.errors import Fault, UsageError, nearest

_SECTION = re.compile(r"^## (?P<code>CF-[A-Z]\d{3})(?P<rest>.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)


def sections(folder: Path) -> dict[str, str]:
    """Return the text under each code's heading in the pages of `folder`, by code, in order."""
    found = {
        match["code"]: f"{match['code']}{match['rest'].rstrip()}"
        for page in sorted(folder.glob("*.md"))
        for match in _SECTION.finditer(page.read_text(encoding="utf-8"))
    }
    return dict(sorted(found.items()))


@click.command()
@click.argument("code", required=False)
def errors(code: str | None) -> None:
    """Explain the error CODE (`CF-R003`); without it, list every code."""
    known = sections(Places.here({}).bundled / "docs" / "errors")
    if code is None:
        for text in known.values():
            click.echo(text.splitlines()[0])
        return
    wanted = code.upper() if code.upper().startswith("CF-") else f"CF-{code.upper()}"
    if wanted not in known:
        hint = " ".join(filter(None, (nearest(wanted, known), "`cine-forge errors` lists every code")))
        raise UsageError(Fault("CF-U005", f"there is no error code `{code}`", hint=hint))
    click.echo(known[wanted])
