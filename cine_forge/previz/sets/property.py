"""Properties: the things that matter to a shot, built from the script's own noun.

An insert brings its thing before the lens on a table top, as it would be done on a set; in any other shot a
thing stands or lies where the blocking has it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from cine_forge.previz.sets.phone_box import phone_box
from cine_forge.previz.stage.mesh import ball, tube
from cine_forge.previz.stage.piece import Lamp, Panel, Part, Piece, board, box, piece, post, sheet
from cine_forge.staging.blocking import Blocking, Prop
from cine_forge.staging.colour import Rgb, from_hex, lighter, mix
from cine_forge.staging.grammar import Size

STEEL: Rgb = (0.60, 0.62, 0.65)
DARK: Rgb = (0.12, 0.12, 0.13)
PAPER: Rgb = (0.92, 0.90, 0.84)
WOOD: Rgb = (0.44, 0.31, 0.20)


def props_of(blocking: Blocking) -> tuple[Piece, ...]:
    """Return the properties of a shot, in place."""
    insert = blocking.camera.size is Size.INSERT
    made: list[Piece] = []
    for index, prop in enumerate(blocking.props):
        shape = property_piece(prop)
        x, y, z = blocking.camera.target if insert else prop.at
        made.append(shape.placed(x + 0.24 * index, z, 12.0, y - 0.05 if insert else y))
    if insert and not _hands_shown(blocking):
        made.insert(0, _table_top(blocking))
    return tuple(made)


def property_piece(prop: Prop) -> Piece:
    """Build a thing by its last noun, standing on y = 0; an unknown noun becomes a parcel of its colour."""
    for end in ("$", ""):
        for words, make in _MAKERS:
            if re.search(rf"\b(?:{words})s?\b{end}", prop.name.lower()):
                return make(from_hex(prop.colour))
    return _parcel(from_hex(prop.colour))


def _hands_shown(blocking: Blocking) -> bool:
    return not blocking.props and any(figure.id == blocking.camera.focus_id for figure in blocking.figures)


def _table_top(blocking: Blocking) -> Piece:
    x, y, z = blocking.camera.target
    top = y - 0.05 if blocking.props else y - 0.02
    wood = mix(WOOD, from_hex(blocking.set.accent), 0.15)
    grain = [
        sheet(
            (x - 1.6, x + 1.6),
            (z - 0.9 + 0.22 * index, z - 0.888 + 0.22 * index),
            top + 0.001,
            lighter(wood, 0.72),
            edge=False,
            layer=1,
        )
        for index in range(9)
    ]
    plate = sheet((x - 1.6, x + 1.6), (z - 0.9, z + 1.0), top, lighter(wood, 0.95), fade=wood, edge=False)
    edge = board((x - 1.6, x + 1.6), (top - 0.06, top), z - 0.9, lighter(wood, 0.7))
    return piece(plate, grain, edge, behind=True)


def _letter(colour: Rgb) -> Piece:
    lines = [
        sheet(
            (-0.075, 0.07 - 0.02 * (index % 3)),
            (-0.075 + 0.024 * index, -0.070 + 0.024 * index),
            0.004,
            (0.25, 0.26, 0.34),
            edge=False,
            layer=1,
        )
        for index in range(7)
    ]
    return piece(sheet((-0.10, 0.10), (-0.13, 0.13), 0.002, mix(PAPER, colour, 0.15)), lines)


def _photograph(colour: Rgb) -> Piece:
    return piece(
        sheet((-0.10, 0.10), (-0.075, 0.075), 0.002, PAPER),
        sheet(
            (-0.088, 0.088),
            (-0.062, 0.062),
            0.004,
            mix(colour, (0.5, 0.45, 0.38), 0.5),
            fade=(0.75, 0.72, 0.64),
            layer=1,
        ),
        sheet((-0.02, 0.02), (-0.05, 0.02), 0.006, (0.25, 0.22, 0.20), layer=2, edge=False),
    )


def _book(colour: Rgb) -> Piece:
    return piece(
        box((0, 0, 0), (0.17, 0.035, 0.24), PAPER, top=colour),
        box((-0.083, 0, 0), (0.012, 0.037, 0.245), lighter(colour, 0.8), top=lighter(colour, 0.85)),
        sheet(
            (-0.05, 0.05),
            (0.03, 0.05),
            0.037,
            lighter(mix(colour, (1, 1, 0.8), 0.6), 1.0),
            layer=1,
            edge=False,
        ),
    )


def _phone(colour: Rgb) -> Piece:
    screen = sheet(
        (-0.034, 0.034),
        (-0.066, 0.066),
        0.0105,
        (0.46, 0.66, 0.86),
        fade=(0.70, 0.84, 0.95),
        layer=1,
        plain=True,
    )
    return piece(box((0, 0, 0), (0.076, 0.009, 0.152), DARK), screen)


def _receiver(colour: Rgb) -> Piece:
    body = mix(colour, DARK, 0.6)
    hand = tube(
        np.array([(-0.12, 0.11, 0), (-0.06, 0.15, 0), (0.06, 0.15, 0), (0.12, 0.11, 0)]),
        np.array([0.032, 0.02, 0.02, 0.032]),
        10,
    )
    return piece(
        box((0, 0, 0), (0.20, 0.09, 0.17), body),
        post((0, 0.09, -0.02), 0.012, 0.055, lighter(PAPER, 0.9)),
        Part(hand, lighter(body, 0.8), lift=0.1),
    )


def _key(colour: Rgb) -> Piece:
    brass = mix((0.74, 0.60, 0.28), colour, 0.2)
    turn = np.linspace(0, 2 * np.pi, 9)
    bow = tube(
        np.stack([-0.07 + 0.026 * np.cos(turn), np.full(9, 0.008), 0.026 * np.sin(turn)], -1),
        np.full(9, 0.006),
        6,
    )
    shaft = tube(np.array([(-0.045, 0.008, 0), (0.08, 0.008, 0)]), np.array([0.006, 0.006]), 8)
    return piece(
        Part(bow, brass),
        Part(shaft, brass),
        box((0.07, 0.003, 0.015), (0.01, 0.01, 0.03), brass),
        box((0.05, 0.003, 0.012), (0.01, 0.01, 0.02), brass),
    )


def _cup(colour: Rgb) -> Piece:
    turn = np.linspace(-1.3, 1.3, 6)
    handle = tube(
        np.stack([0.042 + 0.026 * np.cos(turn), 0.05 + 0.028 * np.sin(turn), np.zeros(6)], -1),
        np.full(6, 0.006),
        6,
    )
    return piece(
        post((0, 0, 0), 0.008, 0.075, lighter(colour, 0.9)),
        post((0, 0.008, 0), 0.085, 0.036, colour, 0.045),
        Part(handle, colour),
    )


def _glass(colour: Rgb) -> Piece:
    return piece(
        post((0, 0, 0), 0.11, 0.034, (0.80, 0.86, 0.88), 0.040),
        post((0, 0.004, 0), 0.045, 0.033, mix((0.62, 0.36, 0.12), colour, 0.3), 0.036),
    )


def _bottle(colour: Rgb) -> Piece:
    body = mix((0.16, 0.30, 0.20), colour, 0.35)
    spine = np.array([(0, 0.0, 0), (0, 0.16, 0), (0, 0.20, 0), (0, 0.23, 0), (0, 0.31, 0)])
    return piece(
        Part(tube(spine, np.array([0.038, 0.038, 0.030, 0.014, 0.013]), 12), body),
        post((0, 0.05, 0), 0.075, 0.0395, PAPER),
    )


def _lantern(colour: Rgb) -> Piece:
    metal = mix(colour, DARK, 0.45)
    bars = [post((x, 0.05, z), 0.17, 0.006, metal) for x in (-0.055, 0.055) for z in (-0.055, 0.055)]
    glass = post((0, 0.05, 0), 0.17, 0.045, (1.0, 0.84, 0.50))
    flame = Part(glass.mesh, glass.colour, curved=False, flat=True)
    turn = np.linspace(0.2, np.pi - 0.2, 7)
    ring = tube(
        np.stack([0.06 * np.cos(turn), 0.27 + 0.07 * np.sin(turn), np.zeros(7)], -1), np.full(7, 0.005), 6
    )
    return piece(
        post((0, 0, 0), 0.05, 0.08, metal),
        flame,
        *bars,
        post((0, 0.22, 0), 0.06, 0.08, metal, 0.02),
        Part(ring, metal),
        Lamp(np.array([0.0, 0.14, 0.0]), (1.0, 0.76, 0.40), 1.3, 1.1),
    )


def _candle(colour: Rgb) -> Piece:
    return piece(
        post((0, 0, 0), 0.012, 0.06, (0.70, 0.56, 0.28)),
        post((0, 0.012, 0), 0.16, 0.014, (0.94, 0.90, 0.80)),
        Part(
            ball(np.array([0.0, 0.195, 0.0]), np.array([0.009, 0.022, 0.009]), 8, 5),
            (1.0, 0.78, 0.36),
            flat=True,
            edge=False,
        ),
        Lamp(np.array([0.0, 0.2, 0.0]), (1.0, 0.76, 0.40), 0.9, 1.0),
    )


def _torch(colour: Rgb) -> Piece:
    body = tube(
        np.array([(-0.10, 0.022, 0), (0.05, 0.022, 0), (0.07, 0.028, 0), (0.10, 0.028, 0)]),
        np.array([0.018, 0.018, 0.028, 0.028]),
        10,
    )
    return piece(
        Part(body, mix(colour, DARK, 0.4)), Lamp(np.array([0.12, 0.03, 0.0]), (1.0, 0.95, 0.8), 0.6, 0.9)
    )


def _gun(colour: Rgb) -> Piece:
    return piece(
        box((0.03, 0.012, 0), (0.20, 0.022, 0.03), DARK),
        box((-0.055, 0.008, -0.045), (0.04, 0.024, 0.10), mix(WOOD, DARK, 0.4)),
    )


def _knife(colour: Rgb) -> Piece:
    blade = Panel(
        np.array([(0.0, 0.006, -0.014), (0.14, 0.006, -0.010), (0.19, 0.006, 0.008), (0.0, 0.006, 0.016)]),
        STEEL,
        double=True,
    )
    return piece(
        blade,
        Part(
            tube(np.array([(-0.11, 0.008, 0), (0.0, 0.008, 0)]), np.array([0.014, 0.012]), 8),
            mix(WOOD, colour, 0.4),
        ),
    )


def _watch(colour: Rgb) -> Piece:
    gold = mix((0.76, 0.62, 0.30), colour, 0.25)
    hands = [
        sheet((-0.002, 0.002), (0.0, 0.026), 0.020, DARK, layer=2, edge=False),
        sheet((0.0, 0.018), (-0.002, 0.002), 0.020, DARK, layer=2, edge=False),
    ]
    chain = tube(
        np.array([(0.0, 0.008, 0.05), (0.05, 0.006, 0.09), (0.12, 0.006, 0.08), (0.17, 0.006, 0.11)]),
        np.full(4, 0.004),
        6,
    )
    return piece(
        post((0, 0, 0), 0.014, 0.046, gold),
        Part(
            post((0, 0.014, 0), 0.004, 0.038, (0.95, 0.93, 0.88)).mesh,
            (0.95, 0.93, 0.88),
            curved=False,
            lift=0.02,
        ),
        hands,
        Part(chain, gold),
    )


def _bag(colour: Rgb) -> Piece:
    turn = np.linspace(0, np.pi, 7)
    handle = tube(
        np.stack([0.09 * np.cos(turn), 0.26 + 0.09 * np.sin(turn), np.zeros(7)], -1), np.full(7, 0.010), 6
    )
    return piece(
        box((0, 0, 0), (0.40, 0.26, 0.16), colour),
        [board((-0.05, 0.05), (0.17, 0.21), -0.085, (0.74, 0.60, 0.30), layer=2)],
        Part(handle, lighter(colour, 0.7)),
    )


def _map(colour: Rgb) -> Piece:
    folds = [
        Panel(
            np.array(
                [
                    (x, 0.004 + 0.012 * (i % 2), -0.17),
                    (x + 0.12, 0.004 + 0.012 * ((i + 1) % 2), -0.17),
                    (x + 0.12, 0.004 + 0.012 * ((i + 1) % 2), 0.17),
                    (x, 0.004 + 0.012 * (i % 2), 0.17),
                ]
            ),
            lighter(mix(PAPER, (0.75, 0.80, 0.55), 0.35), 1.0 - 0.08 * (i % 2)),
            double=True,
        )
        for i, x in enumerate((-0.24, -0.12, 0.0, 0.12))
    ]
    lines = [
        sheet((x, x + 0.10), (z, z + 0.006), 0.02, (0.70, 0.25, 0.20), layer=1, edge=False)
        for x, z in ((-0.2, -0.05), (-0.10, 0.03), (0.02, 0.07))
    ]
    return piece(folds, lines)


def _coin(colour: Rgb) -> Piece:
    gold: Rgb = (0.80, 0.66, 0.30)
    return piece(
        *[
            post((x, y, z), 0.006, 0.024, gold)
            for x, y, z in ((0, 0, 0), (0.05, 0, 0.02), (0.01, 0.006, 0.01), (-0.05, 0, -0.03))
        ]
    )


def _radio(colour: Rgb) -> Piece:
    return piece(
        box((0, 0, 0), (0.30, 0.19, 0.11), mix(WOOD, colour, 0.4)),
        [board((-0.13, 0.02), (0.03, 0.16), -0.058, (0.55, 0.48, 0.36), layer=1)],
        [board((0.05, 0.12), (0.09, 0.15), -0.058, (0.98, 0.86, 0.56), glow=True, layer=1)],
        post((0.13, 0.19, 0.03), 0.26, 0.004, STEEL),
    )


def _flower(colour: Rgb) -> Piece:
    blooms = [
        Part(
            ball(np.array([x, 0.30 + y, z]), np.array([0.045, 0.04, 0.045]), 9, 5),
            lighter(colour, 0.9 + 0.2 * (i % 2)),
        )
        for i, (x, y, z) in enumerate(
            ((0, 0.05, 0), (-0.06, 0, 0.02), (0.06, 0.01, -0.01), (0.02, -0.03, 0.05))
        )
    ]
    stems = tube(np.array([(0, 0.12, 0), (0, 0.30, 0)]), np.array([0.03, 0.05]), 8)
    return piece(
        post((0, 0, 0), 0.16, 0.045, (0.72, 0.78, 0.80), 0.055), Part(stems, (0.24, 0.42, 0.24)), *blooms
    )


def _parcel(colour: Rgb) -> Piece:
    ties = [
        sheet((-0.012, 0.012), (-0.10, 0.10), 0.111, lighter(colour, 0.55), layer=1, edge=False),
        sheet((-0.15, 0.15), (-0.012, 0.012), 0.111, lighter(colour, 0.55), layer=1, edge=False),
    ]
    return piece(
        box((0, 0, 0), (0.30, 0.11, 0.20), mix(colour, (0.66, 0.52, 0.36), 0.3)),
        ties,
        [board((-0.012, 0.012), (0.0, 0.11), -0.102, lighter(colour, 0.5), layer=1, edge=False)],
    )


def _metronome(colour: Rgb) -> Piece:
    arm = tube(np.array([(0.0, 0.05, -0.075), (0.045, 0.21, -0.06)]), np.array([0.005, 0.005]), 6)
    return piece(
        post((0, 0, 0), 0.02, 0.085, lighter(colour, 0.8)),
        post((0, 0.02, 0), 0.21, 0.078, colour, 0.036),
        Part(arm, (0.76, 0.62, 0.30), lift=0.1),
        Part(ball(np.array([0.033, 0.165, -0.064]), np.full(3, 0.014), 8, 5), (0.76, 0.62, 0.30), lift=0.11),
    )


def _clarinet(colour: Rgb) -> Piece:
    spine = np.array([(x, 0.03, 0.0) for x in (-0.30, -0.24, -0.22, 0.16, 0.24, 0.28)])
    wide = np.array([0.008, 0.013, 0.016, 0.017, 0.024, 0.038])
    keys = [
        Part(ball(np.array([x, 0.047, -0.004]), np.array([0.012, 0.005, 0.010]), 8, 5), STEEL, lift=0.05)
        for x in (-0.16, -0.12, -0.08, -0.02, 0.02, 0.06, 0.12)
    ]
    return piece(Part(tube(spine, wide, 10), colour), *keys)


def _bell(colour: Rgb) -> Piece:
    spine = np.array([(0, y, 0) for y in (0.0, 0.012, 0.05, 0.09, 0.11)])
    cup = tube(spine, np.array([0.062, 0.055, 0.038, 0.030, 0.010]), 14)
    return piece(Part(cup, colour), post((0, 0.11, 0), 0.09, 0.011, WOOD))


def _stick(colour: Rgb) -> Piece:
    """A staff that stands on the ground when somebody holds it at the height of the hands."""
    return piece(post((0, -0.92, 0), 1.4, 0.014, colour), post((0, -0.95, 0), 0.12, 0.09, PAPER, 0.03))


def _pen(colour: Rgb) -> Piece:
    spine = np.array([(-0.08, 0.008, 0.0), (0.05, 0.008, 0.0), (0.075, 0.006, 0.0)])
    return piece(Part(tube(spine, np.array([0.007, 0.007, 0.001]), 8), colour))


_MAKERS: tuple[tuple[str, Callable[[Rgb], Piece]], ...] = (
    (r"(?:tele)?phone (?:box|booth|kiosk)|call box", phone_box),
    (r"metronome", _metronome),
    (r"clarinet|flute|oboe", _clarinet),
    (r"pen|pencil", _pen),
    (r"bell|handbell", _bell),
    (r"mop|broom", _stick),
    (r"photo(?:graph)?|picture|postcard|snapshot|polaroid", _photograph),
    (
        (
            r"label|tag|receipt|poster|form|bill|leaflet|letter|note|paper|envelope|telegram|document|page|list|ticket|card|contract"
            r"|newspaper|envelopes|message"
        ),
        _letter,
    ),
    (r"map|chart|blueprint|plan", _map),
    (r"book|diary|journal|notebook|ledger|bible|log ?book", _book),
    (r"cell ?phone|mobile|smartphone|tablet", _phone),
    (r"phone|telephone|receiver|handset", _receiver),
    (r"keys?", _key),
    (r"cup|mug|coffee|tea|teacup", _cup),
    (r"glass|tumbler|whisk(?:e)?y|drink|beer|wine", _glass),
    (r"bottle|flask|vial", _bottle),
    (r"lantern|lamp", _lantern),
    (r"candle|match", _candle),
    (r"torch|flashlight", _torch),
    (r"gun|pistol|revolver|rifle|weapon", _gun),
    (r"knife|dagger|blade|scissors|razor", _knife),
    (r"watch|pocket watch|compass|locket|medallion|clock", _watch),
    (r"coin|money|cash|medal|ring|jewel(?:s|lery)?|necklace", _coin),
    (r"radio|recorder|walkie-talkie|transmitter|receiver set", _radio),
    (r"bag|suitcase|briefcase|case|satchel|backpack|toolbox|box of tools", _bag),
    (r"flower|rose|bouquet|plant", _flower),
)
