"""Evidence: what each line shows, and which labels it could have at all.

`evidence_of` names the pieces of evidence; `WEIGHTS` turns them into scores. A label that a line cannot have
(a paragraph is no cue) is not offered, which keeps the decision fast. Markers of Fountain decide alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from cine_forge.film.screenplay.classifying.fold import Shape, fold, fold_numerals, shape_of, without_brackets
from cine_forge.film.screenplay.classifying.habit import SHORT, Habit, is_introduced
from cine_forge.film.screenplay.classifying.label import Label
from cine_forge.film.screenplay.classifying.name_line import (
    NO_NAMES,
    NameLine,
    inline_line,
    name_line,
    pointed_line,
)
from cine_forge.film.screenplay.classifying.place_line import place_line
from cine_forge.film.screenplay.classifying.script_line import ScriptLine
from cine_forge.film.screenplay.classifying.weight import WEIGHTS, Evidence
from cine_forge.film.screenplay.headings import match_omitted
from cine_forge.film.screenplay.transitions import is_loose_transition, is_transition
from cine_forge.film.screenplay.word_list import word_list

LONGEST_HEADING = 120
_SENTENCE = re.compile(r"[.!?…。！？।؟][\"'”’»」』)）\]]*$")
_OPEN = re.compile(r"[,;:،、–—-]$")
_ASKS = re.compile(r"[?!？！؟][\"'”’»」』)）]*$")
_ABBREVIATED = re.compile(r"\b(?:[^\W\d_]|JR|SR|DR|MR|MRS|MS|ST|NO|BLDG|AVE|HWY|APT)\.$", re.IGNORECASE)
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
    r"^(?:THE END|END|FIN|ENDE|FINE|FINIS|КОНЕЦ|КІНЕЦЬ|ΤΕΛΟΣ|TO BE CONTINUED|A SUIVRE|CONTINUARÁ|END OF .{1,20}"
    r"|ENDE DER .{1,20}|完|終|終わり|剧终|끝)[.!…)]*$",
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
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_WRITTEN: dict[Shape, Evidence] = {
    "capitals": "capitals",
    "title": "title_case",
    "small": "small",
    "mixed": "mixed",
    "none": "no_case",
}
_EARLY = 30
_MANY = 3


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The lines beside a line, and whether blank lines stand between (False where they tell nothing)."""

    before: ScriptLine | None
    after: ScriptLine | None
    gap_before: bool
    gap_after: bool
    in_bracket: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """The labels that a line may have, each with its score."""

    scores: tuple[tuple[Label, float], ...]
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


def find(line: ScriptLine, around: Neighbours, habit: Habit, position: int) -> Finding:
    """Weigh a line. `position` counts lines with text from the head of the file."""
    if len(line.text) > LONGEST_HEADING and not line.level:
        inline = _inline(line, habit)
        labels: tuple[Label, ...] = ("action", "speech", "inline") if inline else ("action", "speech")
        shown = (*_spoken(line), *(_inline_evidence(line, inline, habit) if inline else ()), "very_long")
        return Finding(_scores(shown, labels), inline)
    inline = _inline(line, habit)
    name = name_line(line.text)
    shown = tuple(_shown(line, around, habit, name, inline))
    if position < _EARLY:
        shown = (*shown, *_early(line))
    labels = tuple(_labels(shown, name is not None, inline is not None, len(line.text)))
    return Finding(_scores(shown, labels), inline)


@lru_cache(maxsize=32768)
def _scores(shown: tuple[Evidence, ...], labels: tuple[Label, ...]) -> tuple[tuple[Label, float], ...]:
    pieces: tuple[Evidence, ...] = ("any", *shown)
    return tuple((label, sum(WEIGHTS[piece].get(label, 0.0) for piece in pieces)) for label in labels)


def _labels(shown: Sequence[Evidence], name: bool, inline: bool, length: int) -> Iterator[Label]:
    """Yield the labels that a line of `length` characters with this evidence could have."""
    yield "action"
    yield "speech"
    yield "heading"
    if name:
        yield "cue"
    if "bracketed" in shown or "opens_bracket" in shown:
        yield "bracket"
    if inline:
        yield "inline"
    if "cut" in shown or "loose_cut" in shown or ("ends_colon" in shown and "capitals" in shown):
        yield "transition"
    if "act" in shown or "hash" in shown or "counted" in shown:
        yield "section"
    if "early" in shown:
        yield "title"
    if "continues" in shown and length < 40:
        yield "more_heading"


def _shown(
    line: ScriptLine, around: Neighbours, habit: Habit, name: NameLine | None, inline: NameLine | None
) -> Iterator[Evidence]:
    yield from _written(line, habit)
    yield from _standing(line, around, habit)
    yield from _spoken(line)
    if len(line.named) <= 100:
        yield from _placed(line, habit)
    if name:
        alone = around.gap_before and around.gap_after
        yield from _named(name, habit, alone=alone)
    if inline:
        yield from _inline_evidence(line, inline, habit)
    yield from _cut(line)
    if _ENDING.match(line.text):
        yield "ending"


def _written(line: ScriptLine, habit: Habit) -> Iterator[Evidence]:
    """Yield what shows in the letters, the length and the end of the line."""
    text = line.named
    shape, end = shape_of(without_brackets(text)), without_brackets(text)
    yield _WRITTEN[shape]
    length = len(text)
    yield "very_short" if length <= 14 else "short" if length <= 38 else "long"
    if length > 70:
        yield "very_long"
    if text.count(" ") >= 4:
        yield "many_words"
    if _SENTENCE.search(end) and not (_ABBREVIATED.search(end) and length < 30):
        yield "ends_sentence"
    elif end.endswith((":", "：")):
        yield "ends_colon"
    elif _OPEN.search(end):
        yield "ends_open"
    elif habit.punctuated and length <= SHORT:
        yield "bare"
    if line.bold:
        yield "bold"
    if line.level:
        yield "hash"
    if line.item:
        yield "item"


def _standing(line: ScriptLine, around: Neighbours, habit: Habit) -> Iterator[Evidence]:
    """Yield what shows in the place of the line among its neighbours."""
    before, after = around.before, around.after
    if before and not around.gap_before and habit.widths:
        edge = habit.widths.get(before.indent)
        full = edge is not None and before.indent + len(before.text) + 1 + len(_first_word(line.text)) > edge
        if full and not _SENTENCE.search(before.text):
            yield "continues"
    if after and not around.gap_after and habit.widths and len(line.text) < 40:
        edge = habit.widths.get(line.indent, max(habit.widths.values()))
        if line.indent + len(line.text) + 1 + len(_first_word(after.text)) < edge - 4:
            yield "breaks_early"
    if around.gap_before and around.gap_after:
        yield "alone"
    elif around.gap_before and after and len(line.text) < 40 and len(after.text) > 2:
        yield "heads_block"
    if after and not around.gap_after and line.indent >= after.indent + 4:
        yield "deeper"
    if line.indent >= 36:
        yield "right"
    text = line.text
    if text[0] in "(（[" and text[-1] in ")）]":
        yield "bracketed"
    elif around.in_bracket:
        yield "opens_bracket"


def _first_word(text: str) -> str:
    word = text.partition(" ")[0]
    return word if word.isascii() or len(word) < 20 else word[:1]


def _spoken(line: ScriptLine) -> Iterator[Evidence]:
    if _ASKS.search(line.text):
        yield "asks"
    words = _WORD.findall(line.text[:160])
    if any(word in _FIRST_PERSON for word in words):
        yield "first_person"
    elif len(words) > 2 and words[0].casefold() in _THIRD_PERSON:
        yield "third_person"


def _placed(line: ScriptLine, habit: Habit) -> Iterator[Evidence]:
    """Yield what speaks for a heading."""
    seen = place_line(line.named)
    if seen.sure_keyword:
        yield "keyword"
    elif seen.loose_keyword:
        yield "loose_keyword"
    elif seen.head in habit.heads:
        yield "learned_keyword"
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
    if match_omitted(line.text.upper()):
        yield "omitted"
    if (
        len(line.named) <= SHORT
        and habit.places[seen.place] > 1
        and (seen.timed or not _SENTENCE.search(line.named))
    ):
        yield (
            "known_place" if seen.tail or habit.places[seen.place] > habit.names[fold(line.text)] else "short"
        )
    if len(line.text) <= 30 and (folded := fold_numerals(line.text)) and folded[0] in habit.counted:
        yield "counted"
    if _ACT.match(line.text):
        yield "act"


def _named(name: NameLine, habit: Habit, *, alone: bool) -> Iterator[Evidence]:
    """Yield what speaks for a cue. A line that recurs alone, or in words of every day, may be a place."""
    times = habit.names[name.key] + habit.inline[name.key]
    everyday = is_introduced(name, habit.common)
    everyday = (
        everyday and not is_introduced(name, habit.introduced) and not is_introduced(name, habit.proper)
    )
    if times > 1 and not name.ends_sentence and (alone or everyday):
        yield "recurs_alone" if alone else "recurs_everyday"
    elif not name.ends_sentence:
        yield "recurs_often" if times > _MANY else "recurs" if times > 1 else "once"
    if name.told_extension:
        yield "told_extension"
    elif name.extended:
        yield "extension"
    if is_introduced(name, habit.introduced):
        yield "introduced"
    if is_introduced(name, habit.proper):
        yield "proper"
    elif everyday:
        yield "common"
    if habit.inline_file and not habit.inline[name.key]:
        yield "inline_file"
    if name.words[0].casefold() in NO_NAMES:
        yield "not_name"


def _inline(line: ScriptLine, habit: Habit) -> NameLine | None:
    """Return the line as a cue with its speech, if its head is one that this file uses so."""
    found = inline_line(line.text) if ":" in line.text or "：" in line.text or "「" in line.text else None
    if found or not habit.pointed or "." not in line.text[:40]:
        return found
    pointed = pointed_line(line.text)
    speakers = sum(times >= 2 for times in habit.pointed.values())
    if (
        pointed
        and speakers > 1
        and habit.pointed[pointed.key] > 2
        and not place_line(line.named).sure_keyword
    ):
        return pointed
    return None


def _inline_evidence(line: ScriptLine, name: NameLine, habit: Habit) -> Iterator[Evidence]:
    if name.shape in ("capitals", "title"):
        yield "inline_capitals" if name.shape == "capitals" else "inline_title"
    else:
        yield "inline_other"
    if habit.inline[name.key] > 1:
        yield "inline_recurs"
    elif habit.inline_file:
        yield "inline_file"
    if habit.inline[name.key] > _MANY or habit.names[name.key] > 1 or is_introduced(name, habit.introduced):
        yield "inline_known"
    if name.extended:
        yield "inline_extension"
    if name.text[0] in "(（":
        yield "inline_acted"
    if name.words[0].casefold() in NO_NAMES:
        yield "inline_no_name"
    if any(map(str.isdigit, name.name)):
        yield "inline_digit"
    if line.raw.lstrip().startswith(("**", "__")) and not line.bold:
        yield "inline_bold_head"
    if habit.pointed[name.key] > 2 and habit.inline[name.key] == 0:
        yield "pointed"


def _cut(line: ScriptLine) -> Iterator[Evidence]:
    if len(line.text) > 50:
        return
    if is_transition(line.text):
        yield "cut"
    elif is_loose_transition(line.text) or is_transition(_unread(line.text)):
        yield "loose_cut"


def _unread(text: str) -> str:
    """Return a short line as capitals with the misreadings of a scanner put right."""
    return text.upper().replace("0", "O").replace("1", "I").replace("5", "S") if not text.islower() else text


def _early(line: ScriptLine) -> Iterator[Evidence]:
    yield "early"
    if _CREDIT.search(line.text):
        yield "credit"
