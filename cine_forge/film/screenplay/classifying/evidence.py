"""Evidence: what each line shows, and which labels it could have at all.

`evidence_of` names the pieces of evidence; `WEIGHTS` turns them into scores. A label that a line cannot have
(a paragraph is no cue) is not offered, which keeps the decision fast. Markers of Fountain decide alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from cine_forge.film.screenplay.classifying.habit import SHORT, Habit, is_among
from cine_forge.film.screenplay.classifying.label import LABELS, Label
from cine_forge.film.screenplay.classifying.line.fold import (
    Shape,
    fold,
    fold_numerals,
    shape_of,
    without_brackets,
)
from cine_forge.film.screenplay.classifying.line.name_line import NO_NAMES, NameLine, is_camera_line
from cine_forge.film.screenplay.classifying.line.place_line import PlaceLine
from cine_forge.film.screenplay.classifying.line.script_line import ScriptLine
from cine_forge.film.screenplay.classifying.line.sight import Ending, Sight
from cine_forge.film.screenplay.classifying.sequence import Scores
from cine_forge.film.screenplay.classifying.weight import WEIGHTS, Evidence
from cine_forge.film.screenplay.headings import match_omitted
from cine_forge.film.screenplay.transitions import is_loose_transition, is_transition
from cine_forge.film.screenplay.word_list import word_list

_LANDMARK, _FAR_RIGHT, _COUNTED = 40, 36, 30
_FIRST_WORDS, _TAIL = 28, 6
LONGEST_HEADING = 120
_ASKS = re.compile(r"[?!？！؟][\"'”’»」』)）]*$")
_CREDIT = re.compile(
    r"^(?:written|screenplay|story|directed|teleplay|a screenplay|based on|von|автор|сценарий|écrit|escrito"
    r"|scritto|drehbuch|by|draft|revised|copyright|\(c\)|title|author|credit|contact|source|episode)\b"
    r"|\bby$|@\w+\.|©",
    re.IGNORECASE,
)
_ACT = re.compile(
    r"^(?:END OF )?(?:ACT (?:[IVX1l]+|\d+|ONE|TWO|THREE|FOUR|FIVE|SIX)|TEASER|COLD OPEN|PROLOGUE|EPILOGUE"
    r"|CODA)\b[^a-z]{0,3}(?:[:.–—-].*)?$",
    re.IGNORECASE,
)
_ENDING = re.compile(
    r"^(?:THE END|END|FIN|ENDE|FINE|FINIS|КОНЕЦ|КІНЕЦЬ|ΤΕΛΟΣ|TO BE CONTINUED|A SUIVRE|CONTINUARÁ"
    r"|END OF .{1,20}|ENDE DER .{1,20}|完|終|終わり|剧终|끝)[.!…)]*$",
    re.IGNORECASE,
)
_FIRST_PERSON = word_list(
    "I I'm I've I'll I'd me my you your you're we we're us our ich du mich dich mir dir wir ihr mein dein"
    " я ты вы мы мне тебе меня тебя вас нас je tu vous nous moi toi mon ton j'ai yo tú usted nosotros"
    " io noi voi mi ti εγώ εσύ μου σου я. i"
)
_THIRD_PERSON = word_list(
    "he she they his her their the a an er sie der die das ein eine он она они il elle ils elles le la les"
    " un une él ella ellos el los las una egli lei lui loro ο η το οι αυτός αυτή він вона вони"
)
_DIGIT = re.compile(r"\d")
_WRITTEN: dict[Shape, Evidence] = {
    "capitals": "capitals",
    "title": "title_case",
    "small": "small",
    "mixed": "mixed",
    "none": "no_case",
}
_ENDED: dict[Ending, Evidence] = {
    "sentence": "ends_sentence",
    "colon": "ends_colon",
    "open": "ends_open",
    "bare": "bare",
}
_EARLY = 30
_MANY = 3


class Neighbours(NamedTuple):
    """The lines beside a line, and whether blank lines stand between (False where they tell nothing)."""

    before: Sight | None
    after: Sight | None
    gap_before: bool
    gap_after: bool
    in_bracket: bool = False


class Finding(NamedTuple):
    """The labels that a line may have, each with its score; `inline` is its cue, if it may be one."""

    scores: Scores
    inline: NameLine | None = None


def forced_label(line: ScriptLine, *, markdown: bool) -> Label | None:
    """Return the label that a marker of Fountain gives, if the line carries one."""
    raw = line.raw.strip()
    if markdown or (not line.mark and not line.level):
        return None
    if line.mark == "." and len(raw) > 1 and raw[1] not in ". \t" and not raw[1].isdigit():
        return "heading"
    if line.mark == "@" and len(raw) > 1:
        return "cue"
    if line.mark == "!":
        return "action"
    if line.mark == ">":
        return "other" if raw.endswith("<") and len(raw) > 1 else "transition"
    if line.mark == "=" or (line.mark == "~" and raw[1:2].strip()):
        return "other"
    return "section" if line.level else None


def find(sight: Sight, around: Neighbours, habit: Habit, position: int) -> Finding:
    """Weigh a line. `position` counts lines with text from the head of the file."""
    inline = _inline(sight, habit)
    shown: list[Evidence] = ["any"]
    shown += _spoken(sight)
    if inline:
        shown += _inline_evidence(sight, inline, habit)
        if any(beside and _inline(beside, habit) for beside in (around.before, around.after)):
            shown.append("inline_beside")
    text = sight.line.text
    if len(text) > LONGEST_HEADING and not sight.line.level:
        shown.append("very_long")
        return Finding(_scores(tuple(shown), (False, False, inline is not None, False)), inline)
    shown += _written(sight, habit)
    shown += _standing(sight, around, habit)
    if sight.place:
        shown += _placed(sight, sight.place, habit)
    if sight.name:
        shown += _named(sight.name, habit, alone=around.gap_before and around.gap_after)
    shown += _cut(text)
    if position < _EARLY:
        shown += _early(text)
    may = (sight.place is not None, sight.name is not None, inline is not None, len(text) < _LANDMARK)
    return Finding(_scores(tuple(shown), may), inline)


_May = tuple[bool, bool, bool, bool]
"""Whether a line may be a place, a name, or a name with its speech, and whether it is brief."""


@lru_cache(maxsize=16384)
def _scores(shown: tuple[Evidence, ...], may: _May) -> Scores:
    totals = dict.fromkeys(LABELS, 0.0)
    for piece in shown:
        for label, weight in WEIGHTS[piece].items():
            totals[label] += weight
    labels = tuple(_labels(frozenset(shown), may))
    return Scores(labels, tuple([totals[label] for label in labels]))


def _labels(shown: frozenset[Evidence], may: _May) -> Iterator[Label]:
    """Yield the labels that a line with this evidence could have."""
    place, name, inline, brief = may
    yield "action"
    yield "speech"
    if place:
        yield "heading"
    if name:
        yield "cue"
    if not shown.isdisjoint(("bracketed", "opens_bracket")):
        yield "bracket"
    if inline:
        yield "inline"
    if not shown.isdisjoint(("cut", "loose_cut")) or shown.issuperset(("ends_colon", "capitals")):
        yield "transition"
    if not shown.isdisjoint(("act", "hash", "counted")):
        yield "section"
    if "early" in shown:
        yield "title"
    if "continues" in shown and brief:
        yield "more_heading"


def _written(sight: Sight, habit: Habit) -> Iterator[Evidence]:
    """Yield what shows in the letters, the length and the end of the line."""
    line = sight.line
    text = line.named
    if sight.name or sight.place:
        yield _WRITTEN[shape_of(without_brackets(text))]
    length = len(text)
    yield "very_short" if length <= 14 else "short" if length <= 38 else "long"
    if length > SHORT:
        yield "very_long"
    if text.count(" ") >= 4:
        yield "many_words"
    if sight.end != "bare":
        yield _ENDED[sight.end]
    elif habit.punctuated and length <= SHORT:
        yield "bare"
    if line.bold:
        yield "bold"
    if line.level:
        yield "hash"
    if line.item:
        yield "item"


def _standing(sight: Sight, around: Neighbours, habit: Habit) -> Iterator[Evidence]:
    """Yield what shows in the place of the line among its neighbours."""
    line, after = sight.line, around.after
    if habit.widths:
        yield from _wrapped(line, around, habit.widths)
    if around.gap_before and around.gap_after:
        yield "alone"
    elif around.gap_before and after and len(line.text) < _LANDMARK and len(after.line.text) > 2:
        yield "heads_block"
    if after and not around.gap_after and line.indent >= after.line.indent + 4:
        yield "deeper"
    if line.indent >= _FAR_RIGHT:
        yield "right"
    if line.text[0] in "(（[" and line.text[-1] in ")）]":
        yield "bracketed"
    elif around.in_bracket:
        yield "opens_bracket"


def _wrapped(line: ScriptLine, around: Neighbours, widths: dict[int, int]) -> Iterator[Evidence]:
    """Yield whether the line goes on where the one before was cut, and whether it is cut itself too early."""
    if around.before and not around.gap_before and around.before.end != "sentence":
        before = around.before.line
        edge = widths.get(before.indent)
        if edge is not None and before.indent + len(before.text) + 1 + len(_first_word(line.text)) > edge:
            yield "continues"
    if around.after and not around.gap_after and len(line.text) < _LANDMARK:
        edge = widths.get(line.indent, max(widths.values()))
        if line.indent + len(line.text) + 1 + len(_first_word(around.after.line.text)) < edge - 4:
            yield "breaks_early"


def _first_word(text: str) -> str:
    word = text.partition(" ")[0]
    return word if word.isascii() or len(word) < 20 else word[:1]


def _spoken(sight: Sight) -> Iterator[Evidence]:
    words, text = sight.words[:_FIRST_WORDS], sight.line.text
    if not text[-1].isalnum() and _ASKS.search(text[-_TAIL:]):
        yield "asks"
    if text[0] in "「『«„“—–":
        yield "quoted"
    if not _FIRST_PERSON.isdisjoint(words):
        yield "first_person"
    elif len(words) > 2 and words[0].casefold() in _THIRD_PERSON:
        yield "third_person"


def _placed(sight: Sight, seen: PlaceLine, habit: Habit) -> Iterator[Evidence]:
    """Yield what speaks for a heading."""
    line = sight.line
    if seen.sure_keyword:
        yield "keyword"
    elif seen.loose_keyword:
        yield "loose_keyword"
    elif seen.head in habit.heads and not habit.keyworded:
        yield "learned_keyword"
    elif habit.keyworded and not (
        line.twice or seen.marked or seen.scene_word or (seen.timed and seen.split)
    ):
        yield "not_keyed"
    if not seen.sure_keyword and is_camera_line(line.text):
        yield "camera"
    if seen.marked:
        yield "scene_mark"
    if seen.scene_word:
        yield "scene_word"
    if seen.timed:
        yield "timed" if seen.split else "timed_small"
    elif seen.split and seen.tail in habit.tails:
        yield "learned_time"
    if seen.split:
        yield "split"
    if line.twice:
        yield "number_twice"
    elif line.number and habit.numbered:
        yield "number_left"
    if _is_known(sight, seen, habit):
        yield "known_place"
    if len(line.text) <= _COUNTED:
        if habit.counted and (folded := fold_numerals(line.text)) and folded[0] in habit.counted:
            yield "counted"
        if match_omitted(line.text.upper()):
            yield "omitted"
        if _ENDING.match(line.text):
            yield "ending"
    if _ACT.match(line.text) or (seen.act_word and len(line.text) <= _COUNTED and sight.end != "sentence"):
        yield "act"


def _is_known(sight: Sight, seen: PlaceLine, habit: Habit) -> bool:
    """Whether the place comes in other lines too, and not only as this very line."""
    times = habit.places.get(seen.place, 0)
    if times < 2 or len(sight.line.named) > SHORT:
        return False
    if not seen.timed and sight.end == "sentence":
        return False
    return bool(seen.tail) or times > habit.names[fold(sight.line.text)]


def _named(name: NameLine, habit: Habit, *, alone: bool) -> Iterator[Evidence]:
    """Yield what speaks for a cue. A line that recurs alone, or in words of every day, may be a place."""
    times = habit.names.get(name.key, 0) + habit.inline.get(name.key, 0)
    introduced, proper = is_among(name, habit.introduced), is_among(name, habit.proper)
    everyday = not introduced and not proper and is_among(name, habit.common)
    if times > 1 and not name.ends_sentence and (alone or everyday):
        yield "recurs_alone" if alone else "recurs_everyday"
    elif not name.ends_sentence:
        yield "recurs_often" if times > _MANY else "recurs" if times > 1 else "once"
    if name.told_extension:
        yield "told_extension"
    elif name.extended:
        yield "extension"
    if introduced:
        yield "introduced"
    if proper:
        yield "proper"
    elif everyday:
        yield "common"
    if len(name.words) > 2 and times <= 2 and habit.keyworded:
        yield "phrase"
    if habit.inline_file and name.key not in habit.inline:
        yield "inline_file"
    if name.words[0] in NO_NAMES:
        yield "not_name"


def _inline(sight: Sight, habit: Habit) -> NameLine | None:
    """Return the line as a cue with its speech, if its head is one that this file uses so."""
    pointed = sight.pointed
    if sight.inline or pointed is None or habit.pointed[pointed.key] < 2:
        return sight.inline
    speakers = sum(times >= 2 for times in habit.pointed.values())
    is_place = sight.place is not None and sight.place.sure_keyword
    return pointed if speakers > 1 and not is_place else None


def _inline_evidence(sight: Sight, name: NameLine, habit: Habit) -> Iterator[Evidence]:
    if name.shape in ("capitals", "title"):
        yield "inline_capitals" if name.shape == "capitals" else "inline_title"
    else:
        yield "inline_no_case" if name.shape == "none" else "inline_other"
    if habit.inline[name.key] > 1:
        yield "inline_recurs"
    elif habit.inline_file:
        yield "inline_file"
    known = habit.inline[name.key] > _MANY or habit.names[name.key] > 1
    if known or is_among(name, habit.introduced):
        yield "inline_known"
    if name.extended:
        yield "inline_extension"
    if name.text[0] in "(（":
        yield "inline_acted"
    if name.words[0] in NO_NAMES:
        yield "inline_no_name"
    if _DIGIT.search(name.name):
        yield "inline_digit"
    if sight.line.raw.lstrip().startswith(("**", "__")) and not sight.line.bold:
        yield "inline_bold_head"
    if sight.pointed is name:
        yield "pointed"


def _cut(text: str) -> Iterator[Evidence]:
    if len(text) > 50:
        return
    if is_transition(text):
        yield "cut"
    elif text[-1] in ":." and (is_loose_transition(text) or is_transition(_unread(text))):
        yield "loose_cut"


def _unread(text: str) -> str:
    """Return a short line as capitals with the misreadings of a scanner put right."""
    return text.upper().replace("0", "O").replace("1", "I").replace("5", "S") if not text.islower() else text


def _early(text: str) -> Iterator[Evidence]:
    yield "early"
    if _CREDIT.search(text):
        yield "credit"
