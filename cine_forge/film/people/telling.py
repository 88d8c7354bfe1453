"""Telling: where the script itself says that a role and a name are one person.

    speech    "I'm Detective Jenny Park", "Call me Ishmael", "Ich heiße Anna"
    action    "the man, JOHN, …", "The woman is SARAH", "This is SARAH", "ROBERT, a.k.a. BOB"
    cues      `MAN (JOHN)`, `MAN/JOHN`

A role may get a name later in the script; one that still speaks as a role after the name was heard may be
somebody else, so that is only asked. A name that a speaker with a name of his own gives is a question too.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from cine_forge.film.breakdown.capitals import WORD
from cine_forge.film.breakdown.line_finder import LineFinder
from cine_forge.film.breakdown.scene_draft import SceneDraft
from cine_forge.film.naming import spelled, without_possessive
from cine_forge.film.people.company import Company
from cine_forge.film.people.evidence import Link
from cine_forge.film.people.gathering import Known
from cine_forge.film.people.likeness import same_words
from cine_forge.film.people.name import folded, name_of
from cine_forge.film.people.nicknames import are_forms_of_one, is_given_name
from cine_forge.film.people.words import NO_NAMES, TITLES
from cine_forge.film.screenplay.cues import is_capitals, parse_cue
from cine_forge.film.screenplay.document import Element, ElementType

_GAP = r"[ \t]{1,8}"
_NAMES_HIMSELF = re.compile(
    r"\b(?:my name(?:['’]s| is)|(?:the )?name(?:['’]s| is)|(?:you can |just )?call me"
    r"|(?:they|people|folks|friends) call me|i['’]m called"
    r"|mein name ist|ich hei(?:ß|ss)e|nennen? sie mich|nenn mich|man nennt mich"
    r"|je m['’]appelle|mon nom est|appelez-moi|appelle-moi"
    r"|me llamo|mi nombre es|ll[áa]m[ea]me|soy conocid[oa] como"
    r"|mi chiamo|il mio nome è|chiamami|mi chiami|meu nome é|me chamo|chame-me"
    rf"|меня зовут|зовите меня|зови меня|моё имя|мое имя){_GAP}",
    re.IGNORECASE,
)
_IS_HIMSELF = re.compile(
    r"\b(?:i['’]m|i am|ich bin|je suis|moi,? c['’]est|(?:yo )?soy|(?:io )?sono|eu sou"
    rf"|я[ \t]?[—–-]){_GAP}",
    re.IGNORECASE,
)
_PHRASE = rf"((?:[^\W\d_][\w'’\-]{{0,30}}{_GAP}){{0,2}}?[^\W\d_][\w'’\-]{{0,30}})"
_ROLE = rf"(?:the|this|that|der|die|das|le|la|el|il|этот|эта){_GAP}{_PHRASE}"
_APPOSED = re.compile(rf"\b{_ROLE}[ \t]?(?:,|--|—|–|-|\()[ \t]?", re.IGNORECASE)
_IS = re.compile(
    rf"\b{_ROLE}{_GAP}(?:is|was|is really|must be|turns out to be|is revealed (?:as|to be)"
    rf"|ist|est|es|è){_GAP}",
    re.IGNORECASE,
)
_NAMED = re.compile(
    rf"\b{_PHRASE},?{_GAP}(?:named|called|whose name is|namens|genannt|nommée?|appelée?|llamad[oa]|di nome"
    rf"|chiamat[oa]|по имени){_GAP}",
    re.IGNORECASE,
)
_THIS_IS = re.compile(
    rf"(?:^|(?<=[.!?…]){_GAP}|(?:--|—|–)[ \t]?)"
    r"(?:(?:this|that|it|he|she|das|dies|er|sie|elle|questo|questa|est[ae]|это)"
    rf"(?:{_GAP}(?:is|must be|ist|est|è|es)|['’]s|[ \t]?[—–-])|c['’]est){_GAP}",
    re.IGNORECASE,
)
_ALSO = re.compile(
    rf",?{_GAP}\(?(?:a\.?k\.?a\.?|also known as|known as|alias|nicknamed|по кличке|по прозвищу){_GAP}",
    re.IGNORECASE,
)
_ENDS_NAME = re.compile(r"[\"”»]?[ \t]*(?:$|[.,;:!?)…\]]|--|—|–|- )")
_MOST_WORDS = 4
_MOST_ALIKE = 60
_SPEECH = frozenset({ElementType.DIALOGUE, ElementType.LYRIC})


class Tellings:
    """Reads the scenes in order for what they tell of names. `names` are all speaking names."""

    def __init__(self, company: Company, met: Mapping[str, Known], seen: Mapping[str, set[int]]) -> None:
        self._company = company
        self._where = {name: company.scenes(name) or seen.get(name, set()) for name in met}
        self._by_word: dict[str, list[str]] = defaultdict(list)
        for known in met:
            for word in {folded(one) for one in name_of(known).core}:
                self._by_word[word].append(known)
        self._roles = [one for one in met if name_of(one).is_role and not name_of(one).is_several]
        self._by_core: dict[tuple[str, ...], list[str]] = defaultdict(list)
        self._by_head: dict[str, list[str]] = defaultdict(list)
        for role in self._roles:
            self._by_core[name_of(role).core].append(role)
            self._by_head["".join(name_of(role).core[-1:])].append(role)
        self._speakers = frozenset(company.heard)
        self._known = frozenset(met)
        self._role_names = frozenset(self._roles)

    def links(self, drafts: Sequence[SceneDraft]) -> Iterator[Link]:
        """Yield every link that the script tells, in script order."""
        yield from self._by_cues()
        for draft in drafts:
            speaker, last = "", ""
            for element in draft.body:
                if element.type is ElementType.CHARACTER:
                    speaker = self._company.call(parse_cue(element.text)).name
                    last = speaker if speaker in self._role_names else last
                elif element.type in _SPEECH and speaker:
                    yield from self._in_speech(speaker, element)
                elif element.type is ElementType.ACTION:
                    yield from self._in_action(draft.position, element, last)
                    last = self._role_in(element.text, draft.position) or last

    def _by_cues(self) -> Iterator[Link]:
        for name, heard in self._company.heard.items():
            for aside, line in heard.asides.items():
                if name in self._role_names and (aside in self._speakers or _is_proper(aside)):
                    yield self._link(name, aside, f"the cue `{name} ({aside})`", line, 0.9)
            parts = [part.strip() for part in name.split("/")]
            if len(parts) == 2 and [part in self._role_names for part in parts].count(True) == 1:
                role, own = parts if parts[0] in self._role_names else parts[::-1]
                if own in self._speakers:
                    yield self._link(role, own, f"the cue `{name}`", heard.line, 0.9)

    def _in_speech(self, speaker: str, element: Element) -> Iterator[Link]:
        """What a speaker calls himself."""
        for pattern, sure in ((_NAMES_HIMSELF, 0.9), (_IS_HIMSELF, 0.85)):
            for found in pattern.finditer(element.text):
                told = _name_at(element.text, found.end(), in_capitals=False)
                if told and not is_capitals(element.text):
                    line = LineFinder(element).at(found.start())
                    yield from self._called_himself(speaker, told, line, sure)

    def _called_himself(self, speaker: str, told: str, line: int, sure: float) -> Iterator[Link]:
        other, own, new = spelled(told), name_of(speaker), name_of(spelled(told))
        if other == speaker or not new.core or new.core[0] in NO_NAMES or own.is_several:
            return
        reason = f"gives the name {told}"
        if own.is_role:
            if new.is_role and not new.titles:
                return
            known = any(one != speaker and same_words(other, one) for one in self._sharing(other))
            if sure >= 0.9 or known or new.titles or is_given_name(new.core[0]):
                yield self._link(speaker, other, reason, line, sure)
        elif same_words(speaker, other) or are_forms_of_one(own.core[0], new.core[0]):
            yield Link(speaker, other, reason, line, 0.93, told=True)
        elif other in self._speakers:
            yield Link(speaker, other, f"{speaker} {reason}", line, 0.55, told=True)

    def _in_action(self, position: int, element: Element, last: str) -> Iterator[Link]:
        text = element.text
        for pattern, sure in ((_APPOSED, 0.88), (_IS, 0.9), (_NAMED, 0.9)):
            for found in pattern.finditer(text):
                role = self._role(found[1], position)
                told = _name_at(text, found.end(), in_capitals=True) if role else ""
                if pattern is _APPOSED and not _ENDS_NAME.match(text, found.end() + len(told)):
                    continue
                if role and told:
                    line = LineFinder(element).at(found.start())
                    yield self._link(role, spelled(told), f"“{_short(found.group())}{told}”", line, sure)
        for found in _THIS_IS.finditer(text):
            role = self._role_in(text[: found.start()], position) or last
            told = _name_at(text, found.end(), in_capitals=True) if role else ""
            if role and told:
                line = LineFinder(element).at(found.end())
                yield self._link(role, spelled(told), f"“{_short(found.group())}{told}”", line, 0.85)
        yield from self._also(element)

    def _also(self, element: Element) -> Iterator[Link]:
        for found in _ALSO.finditer(element.text):
            told = _name_at(element.text, found.end(), in_capitals=True)
            before = _name_before(element.text, found.start())
            if told and before and spelled(told) != spelled(before):
                line = LineFinder(element).at(found.start())
                yield Link(
                    spelled(before), spelled(told), f"“{before}{found.group()}{told}”", line, 0.92, told=True
                )

    def _link(self, role: str, name: str, reason: str, line: int, sure: float) -> Link:
        """A role that goes on speaking after the name was heard may be somebody else."""
        company = self._company
        heard = [
            one
            for one in self._sharing(name)
            if one != role and one in company.heard and one not in self._role_names and same_words(one, name)
        ]
        first = min((min(company.scenes(one)) for one in heard), default=None)
        late = first is not None and role in company.heard and company.heard[role].last_scene > first
        both = len({*company.heard} & {role, name}) == 2 and company.scenes(role) & company.scenes(name)
        doubtful = late or (both and min(company.scenes(role)) > min(company.scenes(name)))
        return Link(role, name, reason, line, 0.6 if doubtful else sure, told=True)

    def _sharing(self, name: str) -> list[str]:
        """The known names that have a word in common with a name, as far as few do."""
        words = {folded(word) for word in name_of(name).core}
        own = [name] if name in self._known else []
        if sum(len(self._by_word.get(word, ())) for word in words) > _MOST_ALIKE:
            return own
        return [*own, *(one for word in sorted(words) for one in self._by_word.get(word, ()) if one != name)]

    def _role(self, phrase: str, position: int) -> str:
        """The one speaking role that a phrase ends with, one of this scene before others."""
        words = spelled(without_possessive(phrase)).split()
        for start in range(len(words)):
            fits = self._by_core.get(tuple(words[start:]), [])
            here = [one for one in fits if position in self._where[one]]
            chosen = here if len(here) == 1 else fits
            if len(chosen) == 1:
                return chosen[0]
        head = self._by_head.get(words[-1], []) if words else []
        here = [one for one in head if position in self._where[one]]
        return here[0] if len(here) == 1 else ""

    def _role_in(self, text: str, position: int) -> str:
        """The last role of this scene that a text names."""
        words = [spelled(word.group()) for word in WORD.finditer(text[-400:])]
        for place in range(len(words), 0, -1):
            for one in self._by_head.get(words[place - 1], []):
                core = name_of(one).core
                if position in self._where[one] and tuple(words[max(0, place - len(core)) : place]) == core:
                    return one
        return ""


def _name_at(text: str, start: int, *, in_capitals: bool) -> str:
    """The name that begins at `start`: capitalised words up to a mark that ends it, `` when there is none."""
    end, words = start, list[str]()
    for word in WORD.finditer(text, start, start + 120):
        gap = text[end : word.start()].strip(' \t"“«')
        whole = word.group()
        if (
            (gap and not (gap == "." and words))
            or "\n" in text[end : word.start()]
            or not _is_name_word(whole, in_capitals)
        ):
            break
        if gap == "." and not (words[-1].upper() in TITLES or len(words[-1]) == 1):
            break
        words.append(whole)
        end = word.end()
    named = words and len(words) <= _MOST_WORDS and words[-1] == without_possessive(words[-1])
    if not named:
        return ""
    return " ".join(text[start:end].strip('"“«').split())


def _name_before(text: str, end: int) -> str:
    words: list[str] = []
    for word in reversed(list(WORD.finditer(text, max(0, end - 80), end))):
        if not is_capitals(word.group()) or len(words) == _MOST_WORDS:
            break
        words.insert(0, word.group())
    return " ".join(words)


def _is_name_word(word: str, in_capitals: bool) -> bool:
    return is_capitals(word) if in_capitals else word[0].isupper()


def _is_proper(text: str) -> bool:
    name = name_of(text)
    return bool(name.core) and not name.opaque and is_given_name(name.core[0])


def _short(text: str) -> str:
    return " ".join(text.split()) + " " if len(text) < 40 else "… "
