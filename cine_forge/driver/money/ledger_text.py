"""The ledger in a terminal: what was spent, what is set aside, what was lost, and on what it went."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import click

from cine_forge.driver.money.ledger_report import ELSEWHERE, LedgerReport
from cine_forge.driver.terminal.screen import UNBOUNDED
from cine_forge.driver.terminal.table import Column, table
from cine_forge.generation.money.books import Sum
from cine_forge.generation.money.budget import NO_CAPS
from cine_forge.generation.money.entry import Entry

_USD = 1_000_000
_MOST_ROWS = 12
_HEADS = ("spent", "reserved", "lost", "receipts", "of estimate")
_ORDER = ("scene", "shot", "stage", "provider", "model", "try", "run")


def ledger_lines(report: LedgerReport, width: int = UNBOUNDED) -> Iterator[str]:
    """Yield the report: the sums, the caps, a table for each way to look at it, what is open."""
    total = report.books.total()
    yield from _sum_lines(total)
    yield from _cap_lines(report)
    tables = report.tables()
    shown = {name: rows for name in _ORDER if (rows := _costly(tables[name]))}
    wide = max((len(cell) for name, rows in shown.items() for cell in (name, *rows)), default=0)
    for name, rows in shown.items():
        yield ""
        yield from _table(name, rows, min(wide, 40), width=width)
    yield from _entry_lines("open at providers", report.books.open(), _open_line)
    yield from _entry_lines("estimates that were furthest off", report.books.worst(), _worst_line)


def money(micro_usd: int) -> str:
    """Return an amount as a person reads it: cents, and more digits where cents would say nothing."""
    if micro_usd == 0 or abs(micro_usd) >= 10_000:
        return f"${micro_usd / _USD:,.2f}"
    return f"${micro_usd / _USD:.6f}".rstrip("0")


def _sum_lines(total: Sum) -> Iterator[str]:
    if not total.receipts:
        yield "nothing was generated yet"
        return
    yield f"spent      {money(total.spent):>10}  {_counted(total.receipts, 'receipt')}"
    yield f"reserved   {money(total.reserved):>10}  {total.open} open"
    if total.lost:
        parts = {"failures": total.failed, "rejects": total.rejected}
        told = ", ".join(f"{money(part)} to {name}" for name, part in parts.items() if part)
        yield click.style(f"lost       {money(total.lost):>10}  {told}", fg="yellow")
    if total.ratio is not None:
        told = f"{money(total.charged)} charged where {money(total.estimated)} was expected"
        yield f"estimates  {f'{100 * total.ratio:.0f} %':>10}  {told}"


def _cap_lines(report: LedgerReport) -> Iterator[str]:
    budget, total = report.budget, report.books.total()
    if budget == NO_CAPS:
        return
    stages = report.tables()["stage"]
    if budget.project is not None:
        yield f"cap        {money(budget.project):>10}  the project, {_part(total, budget.project)}"
    if budget.run is not None:
        yield f"cap        {money(budget.run):>10}  each run"
    for stage, most in budget.stages.items():
        yield f"cap        {money(most):>10}  stage {stage}, {_part(stages.get(stage, Sum()), most)}"
    for kind, most in budget.kinds.items():
        yield f"cap        {money(most):>10}  each {kind}"


def _part(found: Sum, cap: int) -> str:
    used = found.spent + found.reserved
    return f"{100 * used / cap:.0f} % used" if cap else "nothing may be spent"


def _costly(rows: Mapping[str, Sum]) -> Mapping[str, Sum]:
    """Return the rows in which there is money; none when all of it stands in no scene or shot."""
    found = {name: row for name, row in rows.items() if row.spent or row.reserved}
    return {} if set(found) == {ELSEWHERE} else found


def _table(name: str, rows: Mapping[str, Sum], wide: int, *, width: int) -> Iterator[str]:
    first = list(rows.items())[:_MOST_ROWS]
    heads = [Column(name.ljust(wide)), *(Column(head, figures=True) for head in _HEADS[:-1])]
    heads.append(Column(_HEADS[-1], figures=True, spare=True))
    cells = [(f"no {name}" if of == ELSEWHERE else of, *_cells(found)) for of, found in first]
    head, *lines = table(heads, cells, width=width)
    yield click.style(head, bold=True)
    yield from lines
    if len(rows) > len(first):
        yield f"and {len(rows) - len(first)} more: `--json` lists them"


def _cells(found: Sum) -> tuple[str, ...]:
    return (
        money(found.spent),
        money(found.reserved) if found.reserved else "",
        money(found.lost) if found.lost else "",
        str(found.receipts),
        f"{100 * found.ratio:.0f} %" if found.ratio is not None else "",
    )


def _entry_lines(title: str, entries: Sequence[Entry], line: Callable[[Entry], str]) -> Iterator[str]:
    if not entries:
        return
    yield ""
    yield click.style(title, bold=True)
    yield from (line(entry) for entry in entries[:_MOST_ROWS])
    if len(entries) > _MOST_ROWS:
        yield f"and {len(entries) - _MOST_ROWS} more: `cine-forge providers recover` lists them"


def _open_line(entry: Entry) -> str:
    where = f"{entry.stage} {entry.entity} by {entry.provider}"
    return f"{entry.id}  {money(entry.held):>10}  {entry.state.value:<14}  {where}"


def _worst_line(entry: Entry) -> str:
    told = f"{money(entry.spent)} for {money(entry.estimated)}"
    return f"{entry.id}  {told:>22}  {entry.model} {entry.action}, {entry.entity}"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
