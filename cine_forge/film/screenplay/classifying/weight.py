"""Weights: how much each piece of evidence speaks for or against a label, in one table.

The numbers are natural-log odds set by hand: 1 makes a label about three times as likely, 3 twenty times.
A line's score for a label is the sum over the evidence that it shows. They were set on kinds of trouble,
and are the only place to turn when a kind of line is misread.
"""

from __future__ import annotations

from typing import Final, Literal

from cine_forge.film.screenplay.classifying.label import Label

Evidence = Literal[
    "any", "capitals", "title_case", "small", "mixed", "no_case",
    "very_short", "short", "long", "very_long", "many_words",
    "ends_sentence", "ends_open", "bare", "third_person", "ends_colon", "asks", "quoted", "first_person",
    "continues", "breaks_early", "alone", "heads_block", "deeper", "bracketed", "opens_bracket", "item",
    "keyword", "loose_keyword", "learned_keyword", "scene_mark", "scene_word",
    "not_keyed", "camera", "timed", "timed_small", "learned_time", "split",
    "number_twice", "number_left", "counted",
    "known_place", "omitted", "act",
    "recurs", "recurs_often", "recurs_alone", "recurs_everyday", "once", "extension", "told_extension",
    "introduced", "proper", "common", "phrase", "not_name", "inline_file",
    "inline_capitals", "inline_title", "inline_no_case", "inline_other",
    "inline_beside", "inline_recurs", "inline_known",
    "inline_extension", "inline_acted", "inline_no_name", "inline_digit", "inline_bold_head", "pointed",
    "bold", "hash", "cut", "loose_cut", "ending", "right", "credit", "early",
]  # fmt: skip

WEIGHTS: Final[dict[Evidence, dict[Label, float]]] = {
    "any": {
        "heading": -4.0, "more_heading": -4.0, "cue": -3.5, "inline": -4.0, "bracket": -1.0,
        "transition": -5.0, "section": -5.0, "title": -2.0,
    },
    # how it is written
    "capitals": {"cue": 3.5, "heading": 2.0, "action": -1.5, "speech": -1.5, "transition": 0.5, "title": 0.5},
    "title_case": {"cue": 1.5, "title": 0.5},
    "small": {"cue": -2.5, "heading": -0.5, "speech": 0.2},
    "mixed": {"cue": -3.0, "heading": -1.5},
    "no_case": {"cue": 1.5},
    "very_short": {"cue": 0.7},
    "short": {"action": -0.3},
    "long": {"heading": -2.0, "cue": -4.0, "title": -1.0},
    "very_long": {"action": 0.7, "speech": -0.3, "heading": -4.0},
    "many_words": {"cue": -1.5, "heading": -0.5},
    # how it ends
    "ends_sentence": {"heading": -4.0, "cue": -5.0, "title": -2.0, "action": 0.3, "speech": 0.2},
    "ends_open": {"heading": -3.0, "cue": -5.0},
    "ends_colon": {"cue": 0.0, "heading": -2.0, "transition": 0.5},
    "bare": {"action": -1.5, "speech": -1.0},
    "asks": {"speech": 0.8, "action": -0.5, "heading": -1.0},
    "quoted": {"speech": 1.0, "action": -0.3, "cue": -2.0},
    "first_person": {"speech": 0.8, "action": -0.4, "cue": -1.0, "heading": -1.0},
    "third_person": {"action": 0.7, "speech": -0.2, "cue": -1.0},
    # how it stands
    "continues": {"cue": -4.0, "heading": -3.0, "inline": -1.5, "transition": -2.0},
    "breaks_early": {"cue": 0.7, "heading": 0.5},
    "alone": {"heading": 2.0, "cue": -1.0, "transition": 0.5},
    "heads_block": {"cue": 1.0, "heading": -0.5},
    "deeper": {"cue": 2.5, "transition": 0.5, "heading": -1.5, "action": -1.0},
    "bracketed": {"bracket": 4.0, "speech": -1.5, "cue": -4.0, "heading": -3.0},
    "opens_bracket": {"bracket": 2.0},
    "item": {"action": 1.0, "heading": -1.0, "cue": -2.0},
    # where it plays
    "keyword": {"heading": 11.0, "cue": -6.0, "inline": -5.0, "title": -4.0},
    "loose_keyword": {"heading": 7.0, "cue": -4.0, "inline": -3.0},
    "learned_keyword": {"heading": 2.5, "cue": -1.0},
    "scene_mark": {"heading": 7.0, "cue": -4.0, "inline": -4.0},
    "scene_word": {"heading": 4.0, "cue": -2.0, "inline": -3.0},
    "not_keyed": {"heading": -9.0},
    "camera": {"action": 1.0, "speech": -2.0, "heading": -4.0, "cue": -10.0, "inline": -8.0},
    "timed": {"heading": 6.0, "cue": -5.0, "title": -1.0},
    "timed_small": {"heading": 2.0, "cue": -1.0},
    "learned_time": {"heading": 3.0, "cue": -2.0},
    "split": {"heading": 1.0, "cue": -1.5},
    "number_twice": {"heading": 9.0, "cue": -5.0, "inline": -5.0},
    "number_left": {"heading": 2.5, "cue": -2.0},
    "counted": {"heading": 3.5, "cue": -1.0, "section": 2.0},
    "known_place": {"heading": 3.0, "cue": -0.5},
    "omitted": {"heading": 9.0, "cue": -6.0},
    "act": {"section": 9.0, "heading": 2.0, "cue": -4.0, "inline": -6.0},
    # who speaks
    "recurs": {"cue": 2.0, "heading": -0.3},
    "recurs_often": {"cue": 4.0, "heading": -1.5, "title": -3.0},
    "recurs_alone": {"heading": 2.0, "cue": 1.0},
    "recurs_everyday": {"heading": 1.0, "cue": 1.5},
    "once": {"cue": -0.3},
    "extension": {"cue": 0.7},
    "told_extension": {"cue": 3.5, "heading": -3.0},
    "introduced": {"cue": 1.7, "heading": -1.0},
    "proper": {"cue": 0.8, "heading": -0.3},
    "common": {"cue": -1.0, "heading": 1.5},
    "phrase": {"cue": -2.5},
    "not_name": {"cue": -3.0},
    "inline_file": {"cue": -3.0, "inline": 1.5},
    "inline_capitals": {"inline": 6.0},
    "inline_title": {"inline": 2.5},
    "inline_no_case": {"inline": 1.5},
    "inline_other": {"inline": -1.5},
    "inline_beside": {"inline": 2.0},
    "inline_recurs": {"inline": 2.5},
    "inline_known": {"inline": 2.0},
    "inline_extension": {"inline": 1.5},
    "inline_acted": {"inline": 1.5},
    "inline_no_name": {"inline": -5.0},
    "inline_digit": {"inline": -1.5},
    "inline_bold_head": {"inline": 3.0},
    "pointed": {"inline": 5.0},
    # markdown, cuts and the title page
    "bold": {"heading": 1.5, "cue": 1.5, "section": 1.0, "title": 2.0},
    "hash": {"heading": 2.5, "section": 3.5, "cue": -1.0, "title": 3.0},
    "cut": {"transition": 12.0, "cue": -5.0, "heading": -4.0},
    "loose_cut": {"transition": 7.0, "cue": -3.0, "heading": -2.0},
    "ending": {"action": 3.0, "heading": -4.0, "cue": -6.0, "section": -3.0},
    "right": {"transition": 2.0, "action": -0.5},
    "credit": {"title": 4.0, "inline": -3.0},
    "early": {"title": 1.0},
}  # fmt: skip
