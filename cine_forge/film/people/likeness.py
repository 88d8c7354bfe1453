"""Likeness: links between names that show in the names alone, and in who speaks beside whom.

    spellings    the same name but for marks, accents, an article, look-alike digits
    ordinals     `VIERTER` for `VIERTER BANKIER`, where only one of them speaks in the scene
    titles       `OFFICER ROSS`, `SERGEANT ROSS` and `ROSS`, where nobody else has the name
    parts        `SARAH` and `DR. KLEIN` for `DR. SARAH KLEIN`, where nobody else could be meant
    short forms  `BOB SMITH` for `ROBERT SMITH`
    slips        a rare name one keystroke from a frequent one that nobody else bears

Nothing here is sure because it is likely: what could mean two people links nobody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from cine_forge.film.people.evidence import SURE, Doubt, Link
from cine_forge.film.people.gathering import Gathering, Known, exclude
from cine_forge.film.people.name import Name, folded, name_of
from cine_forge.film.people.nicknames import are_forms_of_one, is_given_name
from cine_forge.film.people.words import NUMBERS, TITLES

_MOST_ALIKE = 60
"""So many names may share a word; a word that more share says nothing."""


def gather_by_likeness(gathering: Gathering) -> None:
    """Hold together what the names alone show to be one person's."""
    gathering.hear(_spellings(gathering))
    gathering.hear(_ordinals(gathering))
    _titled(gathering)
    _parts(gathering)
    gathering.hear(_short_forms(gathering))
    gathering.hear(_slips(gathering))


def _spellings(gathering: Gathering) -> Iterator[Link]:
    first: dict[tuple[object, ...], Known] = {}
    for known in gathering.names.values():
        other = first.setdefault(known.name.key, known)
        if other is known:
            continue
        by_article = known.name.article != other.name.article
        sure, why = (0.92, "but for the article") if by_article else (0.97, "another spelling")
        yield Link(other.text, known.text, why, known.line, sure, told=not by_article)


def _ordinals(gathering: Gathering) -> Iterator[Link]:
    """A speaker who is only counted is the one of that number who speaks in the same scenes."""
    counted = [one for one in gathering.names.values() if one.speaks and one.name.numbers]
    for known in gathering.names.values():
        number = NUMBERS.get(known.name.core[-1]) if len(known.name.core) == 1 else None
        if number is None or not known.speaks or known.name.numbers:
            continue
        scenes = gathering.company.scenes(known.text)
        fits = [
            one
            for one in counted
            if one.name.numbers == (number,) and scenes <= gathering.company.scenes(one.text)
        ]
        if len(fits) == 1:
            yield Link(
                fits[0].text,
                known.text,
                "the only one of that number in the scene",
                known.line,
                0.85,
                told=True,
            )


def _titled(gathering: Gathering) -> None:
    """Hold together one name with and without its titles, unless two people share it."""
    by_core: dict[tuple[str, ...], list[Known]] = defaultdict(list)
    for known in gathering.names.values():
        if known.name.core and not known.name.opaque and not known.name.is_role:
            by_core[tuple(folded(word) for word in known.name.core)].append(known)
    for those in by_core.values():
        if 1 < len(those) <= _MOST_ALIKE:
            _hear_titled(gathering, those)


def _hear_titled(gathering: Gathering, those: Sequence[Known]) -> None:
    links = [_part_link(one, other) for one, other in _pairs(those) if one.name.titles != other.name.titles]
    if all(link.confidence >= SURE and not gathering.is_refused(link) for link in links):
        gathering.hear(links)
        return
    gathering.hear(link for link in links if name_of(link.one).titles and name_of(link.other).titles)
    for bare in (one for one in those if not one.name.titles and one.speaks):
        _ask_which(gathering, bare, [one.text for one in those if one.name.titles])


def _ask_which(gathering: Gathering, known: Known, others: Sequence[str]) -> None:
    names = " or ".join(f"`{other}`" for other in others[:4])
    question = f"`{known.text}` may be {names}; to settle it"
    gathering.ask(Doubt(known.line, question, "merge", (others[0], known.text)))


def _parts(gathering: Gathering) -> None:
    """Give each shorter name to the one person whose longer name holds it; the longest first."""
    holders: dict[str, list[Known]] = defaultdict(list)
    for known in gathering.names.values():
        for word in {folded(one) for one in known.name.core if not known.name.opaque}:
            holders[word].append(known)
    for known in sorted(gathering.names.values(), key=lambda one: (-len(one.name.core), one.order)):
        near = holders[folded(known.name.core[-1])] if known.name.core and not known.name.opaque else []
        if len(near) <= _MOST_ALIKE:
            _hear_part(gathering, known, [one for one in near if _is_part(known.name, one.name)])


def _hear_part(gathering: Gathering, known: Known, longer: Sequence[Known]) -> None:
    links = [link for link in (_part_link(known, one) for one in longer) if not gathering.is_refused(link)]
    apart = [link for link in links if not gathering.are_one(link.one, link.other)]
    others = {gathering.circle(link.other): link.other for link in apart}
    if len(others) == 1:
        gathering.hear(sorted(apart, key=lambda one: one.rank)[:1])
    elif others and known.speaks and len(apart) == len(links):
        _ask_which(gathering, known, list(others.values()))


def _is_part(short: Name, long: Name) -> bool:
    if not short.core or long.opaque or exclude(short, long) or (short.article and not long.article):
        return False
    if short.is_role and (long.is_role or not is_given_name(long.core[0])):
        return False
    size = len(short.core)
    own, whole = [folded(one) for one in short.core], [folded(one) for one in long.core]
    return size < len(whole) and own in (whole[:size], whole[-size:])


def _part_link(short: Known, long: Known) -> Link:
    """Weigh a shorter name against a longer one by their titles."""
    one, other = short.name, long.name
    families = [{TITLES[title] for title in name.titles} for name in (one, other)]
    sure, why = 0.93, f"part of {long.spelling}"
    if one.titles and other.titles and one.titles != other.titles:
        same = bool(families[0] & families[1] - {"civil"})
        sure, why = (0.85, "another rank of one name") if same else (0.6, "another title of one name")
    elif families[0] == {"civil"} and len(one.core) < len(other.core) and long.speaks:
        sure = 0.6
    elif "civil" in families[0] | families[1]:
        sure = 0.85
    return Link(short.text, long.text, why, short.line, sure)


def _short_forms(gathering: Gathering) -> Iterator[Link]:
    by_last: dict[str, list[Known]] = defaultdict(list)
    given = [one for one in gathering.names.values() if _is_given(one.name)]
    for known in given:
        by_last[known.name.core[-1] if len(known.name.core) > 1 else ""].append(known)
    for last, those in by_last.items():
        if last and len(those) <= _MOST_ALIKE:
            yield from (_of_one_family(one, other) for one, other in _pairs(those) if _alike(one, other))
    full = [one for one in given if len(one.name.core) > 1]
    for known in by_last[""]:
        yield from _short_of(gathering, known, [one for one in full if _alike(known, one)])


def _short_of(gathering: Gathering, known: Known, full: Sequence[Known]) -> Iterator[Link]:
    """A short form alone: the full name must be one person's who never speaks under it."""
    if len({gathering.circle(one.text) for one in full}) != 1:
        return
    speaks = any(gathering.names[one].speaks for one in gathering.circle(full[0].text))
    told = any(gathering.names[one].descriptions for one in gathering.circle(known.text))
    sure = 0.65 if speaks or told else 0.85
    yield Link(known.text, full[0].text, f"short for {full[0].spelling}", known.line, sure)


def _of_one_family(one: Known, other: Known) -> Link:
    late = max(one, other, key=lambda known: known.order)
    return Link(one.text, other.text, "a short form of one name", late.line, 0.92)


def _alike(one: Known, other: Known) -> bool:
    first, second = one.name.core[0], other.name.core[0]
    return first != second and are_forms_of_one(first, second)


def _is_given(name: Name) -> bool:
    return bool(name.core) and not (name.opaque or name.is_role or name.is_several)


def _pairs(those: Sequence[Known]) -> Iterator[tuple[Known, Known]]:
    return ((one, other) for place, one in enumerate(those) for other in those[place + 1 :])


def _slips(gathering: Gathering) -> Iterator[Link]:
    """A name at one or two cues, written nowhere else, one keystroke from a name at ten times as many."""
    company = gathering.company
    often = [one for one in gathering.names.values() if company.times(one.text) >= 5 and not one.name.opaque]
    by_trace: dict[str, list[Known]] = defaultdict(list)
    for known in often:
        for trace in _traces(known.text):
            by_trace[trace].append(known)
    for known in gathering.names.values():
        if not 1 <= company.times(known.text) <= 2 or known.descriptions or known.name.opaque:
            continue
        near = {
            one.text: one for trace in _traces(known.text) for one in by_trace.get(trace, ())[:_MOST_ALIKE]
        }
        fits = [one for one in near.values() if _is_slip(known.text, one.text)]
        if len({gathering.circle(one.text) for one in fits}) == 1:
            yield _slip_link(gathering, known, fits[0])


def _slip_link(gathering: Gathering, known: Known, often: Known) -> Link:
    company = gathering.company
    together = company.scenes(known.text) <= company.scenes(often.text)
    rare = company.times(known.text) * 10 <= company.times(often.text)
    changed = known.text[:-1] == often.text[:-1]
    sure = 0.85 if together and rare and not changed and not is_given_name(known.text) else 0.6
    return Link(often.text, known.text, "one keystroke apart", known.line, sure)


def _traces(text: str) -> Iterator[str]:
    """Yield the word and what is left of it when one letter goes: two words one keystroke apart share one."""
    if 4 <= len(text) <= 40:
        yield text
        yield from (text[:place] + text[place + 1 :] for place in range(len(text)))


def _is_slip(rare: str, often: str) -> bool:
    """Whether one letter was left out, doubled, changed, or two were swapped; never a digit."""
    if rare == often or any(letter.isdigit() for letter in rare + often):
        return False
    if len(rare) == len(often):
        differ = [place for place in range(len(rare)) if rare[place] != often[place]]
        if len(differ) == 1:
            return len(rare) >= 5
        swapped = len(differ) == 2 and differ[1] == differ[0] + 1
        return swapped and rare[differ[0]] == often[differ[1]] and rare[differ[1]] == often[differ[0]]
    short, long = sorted((rare, often), key=len)
    if len(long) - len(short) != 1 or len(long) < 5:
        return False
    return any(long[:place] + long[place + 1 :] == short for place in range(1, len(long) - 1))


def same_words(one: str, other: str) -> bool:
    """Whether one of two names is part of the other, by whole words: `PARK` and `DETECTIVE JENNY PARK`."""
    first, second = name_of(one), name_of(other)
    if first.key == second.key:
        return True
    return _is_part(first, second) or _is_part(second, first)
