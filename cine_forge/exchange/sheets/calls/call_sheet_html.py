"""The call sheet as a web page; open fields are lines to write on."""

from __future__ import annotations

from collections.abc import Iterable

from cine_forge.exchange.paper.web_page import said, web_page
from cine_forge.exchange.sheets.calls.call_sheet import CAST_FIELDS, OPEN_FIELDS, PLACE_FIELDS, CallSheet

_STYLE = """
main{max-width:60rem;margin:0 auto;background:#fff;border:1px solid #222;padding:1.2rem 1.4rem}
.fields{display:grid;grid-template-columns:repeat(4,1fr);gap:.6rem 1rem;margin:0 0 1rem}
.fields dt{font-size:.68rem;letter-spacing:.06em;text-transform:uppercase;color:#444}
.fields dd{margin:0;border-bottom:1px solid #222;min-height:1.5rem}
h2{font-size:.82rem;letter-spacing:.05em;text-transform:uppercase;background:#222;color:#fff;
margin:1rem 0 0;padding:.3rem .6rem}
table{border-collapse:collapse;width:100%}td,th{border:1px solid #999;padding:.3rem .5rem;vertical-align:top}
th{font-size:.68rem;letter-spacing:.05em;text-transform:uppercase;text-align:left;color:#444;font-weight:500}
td b{display:block}td:first-child{font-weight:600}.open{min-width:4.5rem}
h1{max-width:60rem;font-size:1.4rem}
@media print{h1{display:block}main{border:0;padding:0;max-width:none}tr{break-inside:avoid}
@page{size:letter;margin:.5in}}
"""
_SCENE = ("Scene", "Set", "Light", "Day", "Cast", "Pages")


def call_sheet_html(sheet: CallSheet) -> bytes:
    """Return the call sheet as one page that fetches nothing."""
    fields = "".join(f"<div><dt>{field}</dt><dd></dd></div>" for field in OPEN_FIELDS)
    body = (
        f'<main><dl class="fields">{fields}</dl>\n'
        f"{_section('Sets', ('Set', 'Scenes', *PLACE_FIELDS), _sets(sheet))}"
        f"{_section(f'Scenes, {sheet.total}', _SCENE, _scenes(sheet))}"
        f"{_section('Cast', ('No.', 'Character', 'Scenes', *CAST_FIELDS), _cast(sheet))}"
        f"{_section('Departments', ('Department', 'Needs'), _departments(sheet))}</main>\n"
    )
    return web_page(f"{sheet.title}: call sheet", _STYLE, body)


def _section(title: str, names: Iterable[str], rows: Iterable[str]) -> str:
    head = "".join(f"<th>{said(name)}</th>" for name in names)
    return f"<h2>{said(title)}</h2><table><tr>{head}</tr>\n{''.join(rows)}</table>\n"


def _sets(sheet: CallSheet) -> Iterable[str]:
    for name, scenes in sheet.sets:
        yield _row((said(name), said(", ".join(scenes))), len(PLACE_FIELDS))


def _scenes(sheet: CallSheet) -> Iterable[str]:
    for scene in sheet.scenes:
        what = f"<b>{said(scene.heading)}</b>{said(scene.synopsis)}"
        cells = (scene.number, what, scene.light, scene.day, ", ".join(scene.cast_numbers), scene.pages)
        shown = (cell if cell is what else said(cell) for cell in cells)
        yield _row(tuple(shown), 0, scene.tint.fill)


def _cast(sheet: CallSheet) -> Iterable[str]:
    for person in sheet.cast:
        cells = (said(person.number), said(person.name), said(", ".join(person.scenes)))
        yield _row(cells, len(CAST_FIELDS))


def _departments(sheet: CallSheet) -> Iterable[str]:
    for name, needs in sheet.departments():
        told = "; ".join(f"{need.name} ({', '.join(need.scenes)})" for need in needs)
        yield _row((said(name), said(told)), 0)


def _row(cells: Iterable[str], open_fields: int, fill: str = "") -> str:
    told = "".join(f"<td>{cell}</td>" for cell in cells) + '<td class="open"></td>' * open_fields
    look = f' style="background:{fill}"' if fill else ""
    return f"<tr{look}>{told}</tr>\n"
