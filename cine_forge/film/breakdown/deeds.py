"""Deeds: what a sentence says is done, and what that tells of the things it names and of the work it makes.

An unknown noun that is held is a prop, one that is worn is wardrobe, one that is driven a vehicle. A leap is
a stunt, a shot an effect, a creaking floor a sound. `things` asks; nothing here knows the scene.
"""

from __future__ import annotations

from collections.abc import Iterator

from cine_forge.film.breakdown import verbs
from cine_forge.film.breakdown.category import Category
from cine_forge.film.breakdown.grammar import ARTICLES, ENDS_A_PHRASE
from cine_forge.film.breakdown.nouns.catalogue import forms
from cine_forge.film.breakdown.phrases import Phrase, Sentence


def done(sentence: Sentence, known: list[Phrase]) -> Iterator[Phrase]:
    """Yield what deeds and states tell beyond the `known` phrases of a sentence."""
    taken = {offset for phrase in known for offset in range(phrase.start, phrase.end)}
    silent = (phrase for phrase in known if phrase.kind not in ("sound", "extra"))
    behind = {phrase.end + gap for phrase in silent for gap in range(3)}
    for place, word in enumerate(sentence.small):
        if (word not in verbs.TELLING and "-" not in word) or sentence.words[place].start() in taken:
            continue
        kind = _object_kind(sentence, place)
        if kind:
            yield from _object(sentence, place, kind, taken)
        yield from _deed(sentence, place, behind)
        if word in verbs.CARRIED_WHERE:
            yield from _carried(sentence, place, taken)
        if word in verbs.HEARS:
            yield from _hearing(sentence, place, taken)
        yield from _danger(sentence, place)
        yield from _wonder(sentence, place, taken)
        yield from _dress(sentence, place, taken)
        yield from _state(sentence, place, word, taken)


def _object_kind(sentence: Sentence, place: int) -> Category | None:
    word = sentence.small[place]
    if word in verbs.HELD:
        return Category.PROP
    if word in verbs.WORN:
        return Category.WARDROBE
    return Category.VEHICLE if word in verbs.DRIVEN else None


def _object(sentence: Sentence, place: int, kind: Category, taken: set[int]) -> Iterator[Phrase]:
    """The object of a verb: an article, at most four words, the last of which no list knows."""
    first = place + 1
    while sentence.joined(first) and sentence.small[first] in verbs.PARTICLES:
        first += 1
    if not sentence.joined(first) or sentence.small[first] not in ARTICLES:
        return
    end = first + 1
    while end < first + 5 and sentence.joined(end) and sentence.small[end] not in ENDS_A_PHRASE | ARTICLES:
        end += 1
    words = range(first + 1, end)
    if not words or any(sentence.words[one].start() in taken for one in words):
        return
    noun = sentence.small[end - 1]
    if (
        sentence.nouns.kind(noun)
        or noun.endswith(verbs.SUFFIXES_OF_IDEAS)
        or len(noun) < 3
        or noun in verbs.QUALITIES
    ):
        return
    yield _phrase(sentence, first + 1, end, kind)


def _deed(sentence: Sentence, place: int, behind: set[int]) -> Iterator[Phrase]:
    word = sentence.small[place]
    if word in verbs.HEARD or word in verbs.MADE:
        if _sounds(sentence, place, behind):
            yield _phrase(sentence, place, place + 1, Category.SOUND)
    elif word in verbs.STUNTS and _is_done(sentence, place):
        yield _phrase(sentence, place, place + 1, Category.STUNT)
    elif word in verbs.EFFECTS and _is_done(sentence, place):
        yield _phrase(sentence, place, place + 1, Category.SFX)


def _sounds(sentence: Sentence, place: int, behind: set[int]) -> bool:
    """Whether a word of sound tells what a thing does, not somebody's voice; nobody beeps."""
    word, before = sentence.small[place], sentence.before(place)
    if sentence.words[place].start() in behind:
        return True
    if before == "it" or (before and sentence.nouns.kind(before) in ("place", "part")):
        return True
    if word in verbs.MADE:
        after = sentence.small[place + 1] if sentence.joined(place + 1) else ""
        return after in ("on", "at", "against") and _is_done(sentence, place)
    return word.startswith(verbs.MECHANICAL) and sentence.follows_a_noun(place)


def _carried(sentence: Sentence, place: int, taken: set[int]) -> Iterator[Phrase]:
    """An unknown thing that somebody has about them: `a cheroot in his teeth`."""
    body = sentence.small[place + 1 : place + 3]
    if (
        len(body) < 2
        or body[0] not in verbs.POSSESSORS
        or sentence.nouns.kind(body[1]) not in ("body", "part")
    ):
        return
    lead = sentence.lead(place - 1) if place > 1 else None
    if lead is None or sentence.small[lead] not in ("a", "an", "the") or lead + 1 >= place:
        return
    noun = sentence.small[place - 1]
    known = sentence.nouns.kind(noun) or sentence.words[place - 1].start() in taken
    if not known and not noun.endswith(verbs.SUFFIXES_OF_IDEAS) and sentence.joined(place):
        yield _phrase(sentence, lead + 1, place, Category.PROP)


def _hearing(sentence: Sentence, place: int, taken: set[int]) -> Iterator[Phrase]:
    """What somebody hears, when no list knows it: `we hear a faint scrabbling`."""
    first = place + 1
    if not sentence.joined(first) or sentence.small[first] not in ARTICLES:
        return
    end = first + 1
    while end < first + 5 and sentence.joined(end) and sentence.small[end] not in ENDS_A_PHRASE | ARTICLES:
        end += 1
    words = range(first + 1, end)
    if words and not any(sentence.words[one].start() in taken for one in words):
        kind = sentence.nouns.kind(sentence.small[end - 1])
        if kind is None and sentence.small[end - 1] not in verbs.VOICES:
            yield _phrase(sentence, first + 1, end, Category.SOUND)


def _is_done(sentence: Sentence, place: int) -> bool:
    """Whether a word that may be a noun is a verb here."""
    return sentence.lead(place) is None or sentence.follows_a_noun(place)


def _danger(sentence: Sentence, place: int) -> Iterator[Phrase]:
    """A fall, a leap or a shot."""
    word = sentence.small[place]
    after = sentence.small[place + 1] if sentence.joined(place + 1) else ""
    if word in verbs.INTO_DANGER and (
        after in verbs.WHERE or sentence.small[place + 1 : place + 4] == ["to", "the", "ground"]
    ):
        yield _phrase(sentence, place, place + 1, Category.STUNT)
    elif (word in verbs.SHOOTS and _is_done(sentence, place) and after in verbs.TARGETS and place > 0) or (
        word in verbs.BURNS and (after or sentence.before(place) in ("is", "are", "still"))
    ):
        yield _phrase(sentence, place, place + 1, Category.SFX)


def _wonder(sentence: Sentence, place: int, taken: set[int]) -> Iterator[Phrase]:
    """What no lens can see: a body that morphs, a glowing rune."""
    word = sentence.small[place]
    if word in verbs.WONDERS:
        yield _phrase(sentence, place, place + 1, Category.VFX)
    end = place + 1
    while (
        word in verbs.WONDROUS
        and end < place + 4
        and sentence.joined(end)
        and sentence.small[end] not in ENDS_A_PHRASE
    ):
        end += 1
    if end == place + 1 or sentence.words[end - 1].start() in taken:
        return
    if sentence.nouns.kind(sentence.small[end - 1]) not in ("person", "body"):
        yield _phrase(sentence, place, end, Category.VFX)


def _dress(sentence: Sentence, place: int, taken: set[int]) -> Iterator[Phrase]:
    """A colour that is worn (`dressed in black`), and what a set is filled with."""
    word = sentence.small[place]
    if word in verbs.COLOURS and sentence.small[place - 1 : place] and place > 1:
        before = sentence.small[max(0, place - 3) : place]
        worn = before[-1] in ("all", "in", "wearing", "wears") and any(
            one in verbs.DRESSED_IN for one in before
        )
        ends = not sentence.joined(place + 1) or sentence.small[place + 1] in ENDS_A_PHRASE
        if worn and ends:
            yield _phrase(sentence, place, place + 1, Category.WARDROBE)
    if (
        word in verbs.FILLED
        and sentence.joined(place + 1)
        and sentence.small[place + 1] in ("with", "by", "in")
    ):
        end = place + 2
        while end < place + 6 and sentence.joined(end) and sentence.small[end] not in ENDS_A_PHRASE:
            end += 1
        noun = sentence.small[end - 1] if end > place + 2 else ""
        known = not noun or sentence.nouns.kind(noun) or sentence.words[end - 1].start() in taken
        if not known and noun.endswith("s") and not noun.endswith(verbs.SUFFIXES_OF_IDEAS):
            first = place + 3 if sentence.small[place + 2] in ARTICLES and end > place + 3 else place + 2
            yield _phrase(sentence, first, end, Category.SET_DRESSING)


def _state(sentence: Sentence, place: int, word: str, taken: set[int]) -> Iterator[Phrase]:
    """A participle that tells of make-up, wardrobe or water: `blood-stained`, `hooded`."""
    if not sentence.words[place].group()[0].islower():
        return
    first, _, last = word.rpartition("-")
    if first and last in verbs.STAINS:
        yield _phrase(
            sentence, place, place + 1, Category.SFX if first in verbs.WETTING else Category.MAKE_UP
        )
    elif first and last in verbs.DRESSED:
        yield _phrase(sentence, place, place + 1, Category.WARDROBE)
    elif word in verbs.HURT | verbs.CLOTHED and not _tells_of_a_thing(sentence, place, taken):
        kind = Category.MAKE_UP if word in verbs.HURT else Category.WARDROBE
        yield _phrase(sentence, place, place + 1, kind)


def _tells_of_a_thing(sentence: Sentence, place: int, taken: set[int]) -> bool:
    return sentence.joined(place + 1) and sentence.words[place + 1].start() in taken


def _phrase(sentence: Sentence, first: int, end: int, kind: Category) -> Phrase:
    start, stop = sentence.words[first].start(), sentence.words[end - 1].end()
    *_, noun = forms(sentence.small[end - 1])
    return Phrase(kind.value, " ".join(sentence.text[start:stop].split()), noun, start, stop, True)
