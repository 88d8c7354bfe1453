"""Breakdown sheets as a web page: one to a printed page, all boxes of the paper form in three columns."""

from __future__ import annotations

from collections.abc import Sequence

from cine_forge.exchange.paper.web_page import said, web_page
from cine_forge.exchange.sheets.palette import BoxStyle
from cine_forge.exchange.sheets.scene_sheet import Entry, SceneSheet

_STYLE = """
.sheet{max-width:62rem;margin:0 auto 2rem;background:#fff;border:1px solid #222}
.head{display:grid;grid-template-columns:auto 1fr auto;border-bottom:2px solid #222}
.number{font-size:2.6rem;font-weight:700;line-height:1;padding:.9rem 1.1rem;border-right:1px solid #222;
min-width:6rem;text-align:center;align-self:stretch;display:flex;align-items:center;justify-content:center}
.what{padding:.7rem 1rem}.what h2{font-size:1.15rem;margin:0 0 .3rem}.what p{margin:0}
.facts{display:grid;grid-template-columns:repeat(2,auto);border-left:1px solid #222;min-width:13rem;margin:0}
.facts div{padding:.35rem .8rem;border-bottom:1px solid #0002}
.facts dt{font-size:.68rem;letter-spacing:.06em;text-transform:uppercase;color:#444}
.facts dd{margin:0;font-weight:600}
.boxes{display:grid;grid-template-columns:repeat(3,1fr);gap:0}
.box{border-right:1px solid #bbb;border-bottom:1px solid #bbb;min-height:6.5rem;padding:0 0 .6rem}
.box:nth-child(3n){border-right:0}
.box h3{font-size:.78rem;letter-spacing:.05em;text-transform:uppercase;margin:0;padding:.35rem .8rem;
border-left:.55rem solid;background:#f6f6f4}
.box ul{list-style:none;margin:.35rem 0 0;padding:0 .8rem 0 1.35rem}.box li{margin:.1rem 0}
.box b{display:inline-block;min-width:1.6rem}.box small{color:#555}
.legend{font-size:.75rem;color:#555;padding:.4rem .8rem;margin:0}
@media print{.sheet{border-width:1px;margin:0;break-after:page;max-width:none}@page{size:letter;margin:.5in}}
"""
LEGEND = "? read by rule and not certain · voice only: heard, not seen · spoken of: in dialogue alone"


def sheets_html(sheets: Sequence[SceneSheet], title: str) -> bytes:
    """Return the sheets as one page that fetches nothing."""
    return web_page(f"{title}: breakdown sheets", _STYLE, "".join(map(_sheet, sheets)))


def _sheet(sheet: SceneSheet) -> str:
    facts = (
        ("Int/ext", sheet.place),
        ("Light", sheet.light),
        ("Pages", sheet.pages),
        ("Script page", sheet.page),
        ("Story day", sheet.day),
        ("Strip", sheet.tint.name.capitalize()),
    )
    told = "".join(
        f"<div><dt>{said(name)}</dt><dd>{said(value) or '&#8211;'}</dd></div>" for name, value in facts
    )
    boxes = "".join(_box(style, entries) for style, entries in sheet.boxes)
    return (
        f'<section class="sheet"><div class="head" style="background:{sheet.tint.fill}">'
        f'<div class="number">{said(sheet.number)}</div>'
        f'<div class="what"><h2>{said(sheet.heading)}</h2><p>{said(sheet.synopsis)}</p></div>'
        f'<dl class="facts">{told}</dl></div>\n'
        f'<div class="boxes">{boxes}</div><p class="legend">{LEGEND}</p></section>\n'
    )


def _box(style: BoxStyle, entries: Sequence[Entry]) -> str:
    told = "".join(map(_entry, entries))
    return (
        f'<div class="box"><h3 style="border-color:{style.colour}">{said(style.label)}</h3>'
        f"{f'<ul>{told}</ul>' if told else ''}</div>"
    )


def _entry(entry: Entry) -> str:
    number = f"<b>{said(entry.number)}</b> " if entry.number else ""
    note = f" <small>({said(entry.note)})</small>" if entry.note else ""
    return f"<li>{number}{said(entry.name)}{note}{'' if entry.sure else ' ?'}</li>"
