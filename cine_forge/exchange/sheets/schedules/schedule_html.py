"""The one-line schedule as a web page: coloured strips, bars between story days, the cast below."""

from __future__ import annotations

from cine_forge.exchange.paper.web_page import said, web_page
from cine_forge.exchange.sheets.scene_sheet import SceneSheet
from cine_forge.exchange.sheets.schedules.schedule import CastRow, Schedule, day_title

_STYLE = """
table{border-collapse:collapse;width:100%;max-width:72rem;margin:0 auto 2rem;background:#fff}
th{font-size:.68rem;letter-spacing:.06em;text-transform:uppercase;text-align:left;padding:.35rem .6rem;
color:#444}
td{padding:.4rem .6rem;vertical-align:top;border:1px solid #777;border-width:1px 0}
td:first-child{font-weight:700;font-size:1.05rem;text-align:right;border-left-width:1px;white-space:nowrap}
td:last-child{border-right-width:1px}
.day td{background:#222;color:#fff;font-weight:600;font-size:.8rem;text-align:left;border-color:#222}
.what b{display:block}.what span{color:#333}.short{white-space:nowrap}
.length{text-align:right;white-space:nowrap}
tfoot td{border:0;font-weight:600}.omitted{color:#666}
@media print{table{max-width:none}tr{break-inside:avoid}thead{display:table-header-group}
@page{size:letter landscape;margin:.45in}}
"""
_HEAD = ("Scene", "I/E", "Light", "Set", "Cast", "Day", "Page", "Pages")


def schedule_html(schedule: Schedule) -> bytes:
    """Return the schedule as one page that fetches nothing."""
    head = "".join(f"<th>{name}</th>" for name in _HEAD)
    rows = []
    for day, strips in schedule.days():
        rows.append(f'<tr class="day"><td colspan="{len(_HEAD)}">{said(day_title(day, strips))}</td></tr>\n')
        rows.extend(map(_strip, strips))
    total = f"{schedule.count} scenes"
    foot = f'<tr><td colspan="7">{total}</td><td class="length">{said(schedule.total)}</td></tr>'
    strips_table = (
        f"<table><thead><tr>{head}</tr></thead>\n<tbody>{''.join(rows)}</tbody><tfoot>{foot}</tfoot></table>"
    )
    return web_page(f"{schedule.title}: one-line schedule", _STYLE, f"{strips_table}\n{_cast(schedule)}")


def _strip(strip: SceneSheet) -> str:
    what = f"<b>{said(strip.heading)}</b><span>{said(strip.synopsis)}</span>"
    cells = (
        f"<td>{said(strip.number)}</td>",
        f'<td class="short">{said(strip.place)}</td>',
        f'<td class="short">{said(strip.light)}</td>',
        f'<td class="what">{what}</td>',
        f"<td>{said(', '.join(strip.cast_numbers))}</td>",
        f'<td class="short">{said(strip.day)}</td>',
        f'<td class="length">{said(strip.page)}</td>',
        f'<td class="length">{said(strip.pages)}</td>',
    )
    kind = ' class="omitted"' if strip.omitted else ""
    return f'<tr{kind} style="background:{strip.tint.fill}">{"".join(cells)}</tr>\n'


def _cast(schedule: Schedule) -> str:
    names = ("No.", "Cast", "Scenes", "Story days", "Count", "Pages")
    head = "".join(f"<th>{name}</th>" for name in names)
    rows = "".join(map(_person, schedule.cast))
    return f"<table><thead><tr>{head}</tr></thead>\n<tbody>{rows}</tbody></table>\n"


def _person(row: CastRow) -> str:
    cells = (
        row.number,
        row.name,
        ", ".join(row.scenes),
        ", ".join(row.days),
        str(len(row.scenes)),
        row.pages,
    )
    return f"<tr>{''.join(f'<td>{said(cell)}</td>' for cell in cells)}</tr>\n"
