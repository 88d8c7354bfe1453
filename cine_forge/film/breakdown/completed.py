"""The completed sheet: a scene's breakdown sheet with what an author added; nothing on it is taken away.

A thing that the sheet has already gets the line where the author saw it; any other is a new item. Somebody
who is called by other words gets the line as well.
"""

from __future__ import annotations

from collections.abc import Iterator

from cine_forge.film.breakdown.additions import PERSON
from cine_forge.film.breakdown.category import Category
from cine_forge.film.schemas.addition import AddedMention, BreakdownAdditions
from cine_forge.film.schemas.breakdown_sheet import BreakdownSheet, SheetItem

_ORDER = {category.value: place for place, category in enumerate(Category)}


def completed(sheet: BreakdownSheet, additions: BreakdownAdditions) -> BreakdownSheet:
    """Return the sheet with the additions to it, its items in the order of a sheet."""
    things = [one for one in additions.mentions if one.category != PERSON]
    seen = [one for one in additions.mentions if one.category == PERSON]
    people = [
        one.model_copy(update={"at": _lines(one.at, (named.at for named in seen if named.entity == one.id))})
        for one in sheet.people
    ]
    items = sorted(_items(sheet, things), key=lambda one: (_ORDER.get(one.category, 99), one.at, one.name))
    return sheet.model_copy(update={"people": tuple(people), "items": tuple(items)})


def _items(sheet: BreakdownSheet, things: list[AddedMention]) -> Iterator[SheetItem]:
    left = list(things)
    for item in sheet.items:
        same = [one for one in left if _is_same(item, one)]
        left = [one for one in left if one not in same]
        yield item.model_copy(update={"at": _lines(item.at, (one.at for one in same))})
    while left:
        first = left[0]
        same = [one for one in left if one.entity == first.entity]
        left = [one for one in left if one not in same]
        lines = _lines((), (one.at for one in same))
        yield SheetItem(
            category=first.category,
            entity=first.entity,
            name=first.name,
            at=lines,
            confidence=first.confidence,
        )


def _is_same(item: SheetItem, added: AddedMention) -> bool:
    """Say whether an added thing is an item: of its category, and called by the same last word."""
    heads = [name.casefold().split()[-1:] for name in (item.name, added.name)]
    return item.category == added.category and (item.entity == added.entity or heads[0] == heads[1])


def _lines(known: tuple[int, ...], more: Iterator[int]) -> tuple[int, ...]:
    return tuple(sorted({*known, *more}))
