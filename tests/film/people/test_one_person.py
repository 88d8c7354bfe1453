"""Names that are one person's, names that are two people's, and what is only asked."""

from __future__ import annotations

import pytest

from cine_forge.film.breakdown.scene_draft import cut_scenes
from cine_forge.film.people.people import People, find_people
from tests.film.scripts import read


def people_of(*scenes: str) -> People:
    """Find the people of some scenes. A part `ANN: Hello` is a cue with its speech, any other is action."""
    text = ""
    for number, scene in enumerate(scenes, 1):
        text += f"INT. ROOM {number} - DAY\n\n"
        for part in scene.split(" | "):
            cue, colon, said = part.partition(": ")
            text += f"{cue}\n{said}\n\n" if colon and cue.split(" (")[0].isupper() else f"{part}\n\n"
    return find_people(cut_scenes(read(text)))


def circles(*scenes: str) -> list[set[str]]:
    """Return the cue names of everyone who speaks."""
    return [set(one.cues) for one in people_of(*scenes).members if one.cues]


ONE = [
    ("BILLUPS: Hm. | JACOB BILLUPS (50) sits.", "JACOB BILLUPS: Yes."),
    ("THE BOSS: Out.", "BOSS: In."),
    ("DR. SARAH KLEIN: One.", "SARAH: Two.", "DR. KLEIN: Three."),
    ("SARAH KLEIN (40), a doctor, enters. | SARAH: One.", "DR. KLEIN: Two."),
    ("OFFICER ROSS: One.", "SERGEANT ROSS: Two.", "ROSS: Three."),
    ("ANN V.O.: One.", "ANN: Two. | He waits. | ANN - O.S.: Three. | He waits. | ANN [ON PHONE]: Four."),
    ("ANN (SUITE): Un.", "ANN (VOIX OFF): Deux.", "ANN (AUS DEM OFF): Drei.", "ANN (30s): Four."),
    ("JEAN-LUC: One.", "JEAN LUC: Two.", "JEAN–LUC: Three."),
    ("ZOË: One.", "ZOE: Two."),
    ("THE BOSS: One.", "THE B0SS: Two.", "THE 8OSS: Three."),
    ("BOB SMITH: One.", "ROBERT SMITH: Two."),
    ("BOB: One.", "ROBERT SMITH (40), a baker, stares."),
    ("DER NAMENLOSE: Ja.", "NAMENLOSER: Nein."),
    ("DER MANN: Ja.", "MANN: Nein."),
    ("GUARD #1: One.", "GUARD 1: Two.", "FIRST GUARD: Three.", "GUARD ONE: Four."),
    ("MAN: Who? | The man, JOHN, sits down. | JOHN: Me.",),
    ("WOMAN: Who? | The WOMAN is SARAH. | SARAH: Me.",),
    ("A tall WOMAN enters. | WOMAN: Yes. | This is SARAH. | SARAH: Me.",),
    ("WOMAN: I'm Detective Jenny Park.", "PARK: Two.", "DETECTIVE PARK: Three."),
    ("SAILOR: Call me Ishmael.", "ISHMAEL: Two."),
    ("FREMDER: Ich heiße Anna Weiß.", "ANNA: Zwei."),
    ("ИНЖЕНЕР ОХРАННИК: Меня зовут Иван.", "ИВАН: Да."),
    ("MAN (JOHN): One.", "JOHN: Two."),
    ("JOHN: One. | She waits. | MAN/JOHN: Two.",),
    ("ROBERT GRAY, a.k.a. SLIM, waits. | ROBERT GRAY: One.", "SLIM: Two."),
    ("A MAN named JOHN waits. | MAN: One.", "JOHN: Two."),
    ("EMILY: One.", "VOICE OF EMILY: Two.", "EMILY'S VOICE: Three.", "EMILY VOICE: Four."),
    ("SARAH: 1 | He waits. | " * 5 + "SARAH: 6 | He waits. | " * 15 + "SARHA: Seven.",),
]
TWO = [
    ("GUARD #1: One.", "GUARD 2: Two."),
    ("ERSTER ARBEITER: Eins.", "ZWEITER ARBEITER: Zwei."),
    ("ANN LEE: One.", "ANN KIM: Two."),
    ("MR. ROSS: One.", "MRS. ROSS: Two."),
    ("JOHN: One. | JOHN JR.: Two.",),
    ("KLEIN: One. | SARAH KLEIN: Two.",),
    ("SARAH: One.", "MRS. SARAH'S MOTHER: Two."),
    ("ANN: One.", "FAKE ANN: Two."),
    ("ANN: One.", "BOB: I'm Ann."),
    ("MARIA: 1 | He waits. | " * 12 + "MARIO: Two.",),
    ("ANNA: 1 | He waits. | " * 12 + "HANNA: Two.",),
    ("BOB: One.", "ROBERT SMITH: Two."),
    ("SARAH: One.", "MRS. SARAH KLEIN: Hm.", "MR. SARAH: Two."),
    ("THE COOK: One.", "ANN COOK: Two."),
    ("MAN: One.", "YOUNG MAN: Two."),
    ("GUARD: One.", "SECURITY GUARD: Two."),
    ("JUDGE ROSS: One.", "OFFICER ROSS: Two."),
    ("JOHN: One.", "MAN: Who? | The man, JOHN, sits.", "MAN: Me."),
    ("OFFICER: One.", "OFFICER ROSS: Two."),
]


@pytest.mark.row("G4")
@pytest.mark.parametrize("scenes", ONE, ids=[" ".join(one)[:40] for one in ONE])
def test_these_are_one_person(scenes: tuple[str, ...]) -> None:
    assert len(circles(*scenes)) == 1, people_of(*scenes).doubts


@pytest.mark.row("G4")
@pytest.mark.parametrize("scenes", TWO, ids=[" ".join(one)[:40] for one in TWO])
def test_these_are_not_one_person(scenes: tuple[str, ...]) -> None:
    assert len(circles(*scenes)) > 1


def versions(*scenes: str) -> dict[str, str | None]:
    """Return of whom everyone is a version."""
    return {one.name: one.version_of for one in people_of(*scenes).members}


@pytest.mark.row("G4")
@pytest.mark.parametrize(
    ("scenes", "name"),
    [
        (("ANN: One.", "YOUNG ANN: Two."), "YOUNG ANN"),
        (("ANN: One.", "OLD ANN: Two."), "OLD ANN"),
        (("ANN: One.", "ANN (YOUNG): Two."), "YOUNG ANN"),
        (("ANN (34) sits. | ANN: One.", "ANN (12): Two."), "ANN (12)"),
        (("ANN (40): One.", "ANN (12): Two."), "ANN (12)"),
        (("JUNGE ANNA: Eins.", "ANNA: Zwei."), "JUNGE ANNA"),
        (("МОЛОДАЯ АННА: Раз.", "АННА: Два."), "МОЛОДАЯ АННА"),
    ],
)
def test_somebody_at_another_age_is_a_version_with_a_look_of_its_own(scenes, name) -> None:
    found = versions(*scenes)
    (base,) = (one for one in found if one != name)
    assert found == {base: None, name: people_of(*scenes).owners[base]}


def test_young_and_old_roles_are_nobodys_versions() -> None:
    assert set(versions("MAN: One.", "YOUNG MAN: Two.", "OLD WOMAN: Three.").values()) == {None}


def test_two_younger_selves_without_the_grown_one_are_versions_of_one() -> None:
    assert versions("YOUNG ANN: One.", "OLD ANN: Two.") == {
        "YOUNG ANN": None,
        "OLD ANN": "character:young-ann",
    }


def test_an_age_told_late_makes_no_version_where_nothing_contradicts_it() -> None:
    assert versions("ANN: One.", "ANN (30s): Two.") == {"ANN": None}


@pytest.mark.parametrize(
    ("scenes", "told"),
    [
        (("SARAH KLEIN: One.", "SARAH JONES: Two.", "SARAH: Three."), 'people merge "SARAH KLEIN" SARAH'),
        (("BOB: One.", "ROBERT SMITH: Two."), 'people merge BOB "ROBERT SMITH"'),
        (("ANN: One.", "BOB: My name is Ann."), "people merge BOB ANN"),
        (("ANN: One.", "FAKE ANN: Two."), 'people merge ANN "FAKE ANN"'),
        (("JUDGE ROSS: One.", "OFFICER ROSS: Two."), 'people merge "JUDGE ROSS" "OFFICER ROSS"'),
        (("ANN (AS BOB): One.", "BOB: Two."), "ANN"),
        (("OFFICER ROSS: One.", "SERGEANT ROSS: Two."), 'people split "OFFICER ROSS" "SERGEANT ROSS"'),
        (("JOHN: 1.", "MAN: Who? | The man, JOHN, sits.", "MAN: Me."), "people merge MAN JOHN"),
    ],
)
def test_what_is_not_sure_is_asked_with_its_line_and_the_command_that_settles_it(scenes, told) -> None:
    (doubt,) = people_of(*scenes).doubts
    assert told in doubt.message and doubt.line > 1


def test_every_name_that_was_joined_says_why_and_where() -> None:
    (sarah,) = people_of("SARAH KLEIN (40), a doctor, enters. | SARAH: One.", "DR. KLEIN: Two.").members
    assert [(link.other, link.reason, link.line) for link in sarah.evidence] == [
        ("SARAH KLEIN", "introduced as SARAH KLEIN", 3),
        ("SARAH KLEIN", "part of SARAH KLEIN", 10),
    ]
    assert all(0.8 <= link.confidence <= 1 for link in sarah.evidence)


@pytest.mark.parametrize(
    ("scenes", "alias"),
    [
        (("JACOB BILLUPS (50) sits. | BILLUPS: Hm.", "ANN: Where is Jake?"), "Jake"),
        (("THE BOSS: Out.", "ANN: Boss, it is me."), "Boss"),
        (("SOFIA PATEL (35) sits. | SOFIA: Hm.", "ANN: Ask Dr. Patel."), "Dr. Patel"),
        (("НАТАЛЬЯ: Да.", "АННА: Я видел Наташу."), "Наташа"),
    ],
)
def test_what_a_text_calls_the_only_one_it_can_mean_is_another_name(scenes, alias) -> None:
    first = people_of(*scenes).members[0]
    assert alias in first.aliases


@pytest.mark.parametrize(
    "said", ["Will you come?", "Bill the client.", "They met in Central Park.", "Art is long."]
)
def test_a_word_that_only_looks_like_a_name_is_nobodys(said) -> None:
    found = people_of("WILLIAM PARK (40) sits. | WILLIAM: Hm. | ARTHUR: No.", f"ANN: {said}")
    assert all(alias == "WILLIAM PARK" for one in found.members for alias in one.aliases)


def test_a_name_in_another_case_is_found_in_action() -> None:
    found = people_of("АННА: Да.", "ИВАН: Нет. | Он смотрит на Анну и на Ивана.")
    named = [one.id for one in found.named_in("Он смотрит на Анну и на Ивана.")]
    assert named == ["character:анна", "character:иван"]


def test_guards_speak_for_the_counted_ones_of_their_scene() -> None:
    found = people_of("GUARD #1: One. | GUARD #2: Two. | GUARDS: Halt!", "GUARD #3: Three.")
    from cine_forge.film.screenplay.cues import Cue

    assert found.speaker(Cue("GUARDS")).ids == ("character:guard-1", "character:guard-2")
