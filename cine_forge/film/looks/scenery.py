"""Scenery: the words of a place's name and what they make of its set. Tables only; `design` reads them.

Each family has its patterns, the kind that the picture maker can dress, a size in metres, three palettes
(ground, wall, accent) and its pieces. The first family whose word is found wins, so the rarer come first.
"""

from __future__ import annotations

from dataclasses import dataclass

Palette = tuple[str, str, str]


@dataclass(frozen=True)
class Family:
    """One family of places."""

    words: str
    kind: str
    size: tuple[float, float]
    palettes: tuple[Palette, ...]
    pieces: tuple[str, ...]
    outdoors: bool = False


_WOODEN: tuple[Palette, ...] = (
    ("#8a6a4a", "#b9b29a", "#8f3f35"),
    ("#7a5c44", "#a9b0a4", "#44687a"),
    ("#94744f", "#c4b49a", "#5f7048"),
)
_COOL: tuple[Palette, ...] = (
    ("#777d82", "#b4bcc0", "#35608a"),
    ("#6d7478", "#a8b4ae", "#3f7a6a"),
    ("#80807c", "#b8b6b0", "#8a5a3a"),
)
_DARK: tuple[Palette, ...] = (
    ("#4f3a2c", "#5f4b40", "#a33b2f"),
    ("#3f3430", "#4a4a52", "#b9812f"),
    ("#4a3a34", "#3f5048", "#a8633a"),
)
_EARTH: tuple[Palette, ...] = (
    ("#77805a", "#b0a68a", "#5f7a8a"),
    ("#6a7a48", "#a89a80", "#9a5040"),
    ("#80784e", "#b4a890", "#4a6a5a"),
)
_TOWN: tuple[Palette, ...] = (
    ("#76736e", "#a68a72", "#7a2f2f"),
    ("#6c6e72", "#94a0a0", "#2f5a6a"),
    ("#7c766c", "#b09a7c", "#3f6048"),
)
_SAND: tuple[Palette, ...] = (
    ("#c9a06a", "#b08a5a", "#8a4a2a"),
    ("#c29a72", "#a87a58", "#6a5a3a"),
    ("#d0ae7c", "#b8946a", "#7a3a2a"),
)

_STREET_PIECES = (
    *("facade",) * 9,
    *("lamppost", "lamppost", "car", "tree", "bin", "car", "tree", "bench", "lamppost", "lamppost"),
)

INDOOR: tuple[Family, ...] = (
    Family(
        r"lighthouse|lamp room|lantern room",
        "room",
        (4.6, 4.6),
        (("#6a5a48", "#c4c6c0", "#a33b2f"), ("#5f5a50", "#b8bec0", "#35608a")),
        ("porthole", "porthole", "stove", "crate", "console", "barrel", "door", "lamp"),
    ),
    Family(
        r"cell|jail|gaol|prison|dungeon|lock-?up|holding",
        "cell",
        (4.0, 4.2),
        (("#6a6a66", "#8a8f88", "#5a5a4a"), ("#62605c", "#7f7a72", "#4a5a5f")),
        ("barred_window", "bunk", "bars", "door"),
    ),
    Family(
        r"church|chapel|cathedral|temple|monastery|vestry",
        "hall",
        (8.0, 13.0),
        (("#7a746a", "#b9b2a2", "#6e2236"), ("#6f6a64", "#a8a498", "#34507a")),
        ("stained_glass", "stained_glass", "stained_glass", "altar", "pew", "pew", "sconce", "double_door"),
    ),
    Family(
        r"theat(?:re|er)|stage|auditorium|backstage|dressing room|cabaret|opera",
        "stage",
        (10.0, 8.0),
        (("#6a4a35", "#4a3a3a", "#8a1f2a"), ("#5a4434", "#3a3a48", "#8a6a2a")),
        ("curtain", "lamp", "crate", "stool", "sconce", "door"),
    ),
    Family(
        r"hospital|clinic|ward|infirmary|surgery|morgue|emergency room|operating",
        "office",
        (6.5, 5.6),
        (("#a4b0ae", "#cfd8d6", "#3f8a86"), ("#9aa6b0", "#ccd4da", "#4a78a0")),
        ("window", "wide_window", "bed", "screen", "monitor", "cabinet", "door", "clock"),
    ),
    Family(
        r"lab|laborator\w+|control room|radio (?:room|station)|studio|bridge|cockpit|server|mission",
        "office",
        (6.5, 5.2),
        (("#565c64", "#8a949c", "#2a8c8c"), ("#4c5058", "#78828c", "#b06a2a")),
        ("console", "shelf", "clock", "desk", "cabinet", "door", "wide_window"),
    ),
    Family(
        r"kitchen|galley|pantry|scullery",
        "kitchen",
        (6.0, 5.0),
        (
            ("#a39a8a", "#c9c2a6", "#4f7a72"),
            ("#9a8f80", "#ccc0a8", "#a8553a"),
            ("#8f9490", "#c0c8c0", "#35608a"),
        ),
        ("window", "window", "counter", "table", "fridge", "door", "clock", "pendant"),
    ),
    Family(
        r"bar|saloon|pub|tavern|inn|nightclub|club|cantina|speakeasy",
        "bar",
        (8.0, 6.0),
        _DARK,
        ("bar", "bottles", "neon", "round_table", "stool", "stool", "pendant", "window", "door", "barrel"),
    ),
    Family(
        r"caf[eé]|coffee|diner|restaurant|tea ?room|canteen|bistro|bakery|snack",
        "bar",
        (8.0, 6.0),
        (
            ("#9a7a5a", "#c4b49a", "#3f7058"),
            ("#8a7460", "#b4a494", "#a8453a"),
            ("#80786c", "#b8c0b8", "#c9812f"),
        ),
        ("bar", "goods", "round_table", "stool", "stool", "pendant", "wide_window", "door", "clock", "plant"),
    ),
    Family(
        r"shop|store|market|boutique|pharmacy|chemist|grocer\w*|newsagent|bookshop|bookstore|mercantile",
        "room",
        (7.0, 5.6),
        _WOODEN,
        ("goods", "goods", "bar", "wide_window", "door", "clock", "crate", "barrel"),
    ),
    Family(
        r"library|archive|bookroom|study|reading room",
        "room",
        (6.6, 5.4),
        (("#6a4f38", "#8a7a60", "#6e2236"), ("#5f4a38", "#7a8070", "#35507a")),
        ("shelf", "shelf", "shelf", "desk", "lamp", "window", "door", "picture", "rug"),
    ),
    Family(
        r"school|classroom|class|lecture",
        "office",
        (8.0, 6.4),
        (("#8a7a60", "#c4c4a8", "#3f6a4a"), ("#7f8078", "#b8c4c0", "#a8553a")),
        ("blackboard", "desk", "wide_window", "notices", "door", "clock", "shelf"),
    ),
    Family(
        r"gym|arcade|bowling|casino|games?",
        "bar",
        (8.0, 7.0),
        (("#3f3a48", "#4a4458", "#b03a7a"), ("#343c44", "#3f4a58", "#2a8c8c")),
        ("arcade", "arcade", "arcade", "neon", "door", "stool", "arcade"),
    ),
    Family(
        (
            r"workshop|garage|smithy|forge|shed|barn|boathouse|boat ?shed|warehouse|factory|mill"
            r"|hangar|basement|cellar|attic|boiler"
        ),
        "room",
        (7.0, 6.0),
        (
            ("#6a6258", "#8a8070", "#a8633a"),
            ("#5f605e", "#7a8484", "#b9812f"),
            ("#70604c", "#94805f", "#3f5a6a"),
        ),
        ("workbench", "crate", "barrel", "window", "crate", "door", "pendant", "cabinet"),
    ),
    Family(
        (
            r"office|bureau|newsroom|headquarters|agency|police|precinct|sheriff|interrogation"
            r"|reception|bank|court\w*|post office|print\w*|town hall"
        ),
        "office",
        (6.6, 5.6),
        _COOL,
        ("window", "wide_window", "desk", "cabinet", "shelf", "door", "notices", "clock", "plant"),
    ),
    Family(
        (
            r"hall(?:way)?|corridor|stair\w*|landing|lobby|foyer|passage|vestibule|tunnel|subway"
            r"|elevator|lift|entrance"
        ),
        "hall",
        (3.4, 12.0),
        (
            ("#8a8f8a", "#a8b3a0", "#4a6a5a"),
            ("#7f7a74", "#b4a890", "#7a3f35"),
            ("#777c84", "#a0a8b4", "#35507a"),
        ),
        ("door", "door", "door", "sconce", "sconce", "picture", "window", "plant"),
    ),
    Family(
        r"station|terminal|platform|depot|waiting room|airport|ticket",
        "hall",
        (9.0, 9.0),
        _COOL,
        ("wide_window", "bench", "bench", "clock", "notices", "door", "double_door", "sconce"),
    ),
    Family(
        (
            r"car|train|carriage|van|truck|bus|taxi|cab|boat|ship|cabin|ferry|plane|aircraft"
            r"|submarine|spaceship|compartment|wagon|caravan|trailer"
        ),
        "vehicle",
        (3.2, 5.0),
        (
            ("#5a544c", "#8a7c68", "#7a2f2f"),
            ("#50545a", "#7a8890", "#35608a"),
            ("#4f4a44", "#7f8a78", "#a8633a"),
        ),
        ("wide_window", "wide_window", "bench", "bench", "sconce", "door"),
    ),
    Family(
        r"bedroom|dormitory|nursery|hotel room|motel|guest room|hostel",
        "room",
        (5.4, 4.8),
        (
            ("#8a7460", "#b4a8b0", "#64578a"),
            ("#94806a", "#c4b4a4", "#3f7a86"),
            ("#7a6a5a", "#a8b4b8", "#a8553a"),
        ),
        ("window", "window", "bed", "lamp", "picture", "door", "shelf", "rug"),
    ),
    Family(
        r"bath\w*|toilet|shower|laundry|washroom",
        "kitchen",
        (4.4, 3.8),
        (("#9aa4a4", "#c4d0ce", "#3a8a8c"), ("#a0a09a", "#d0ccc0", "#4a78a0")),
        ("window", "cabinet", "door", "sconce", "screen"),
    ),
    Family(
        (
            r"living|lounge|parlou?r|sitting|apartment|flat|house|home|cottage|room|farmhouse"
            r"|cabin|manor|mansion"
        ),
        "room",
        (6.4, 5.2),
        _WOODEN,
        ("window", "window", "sofa", "lamp", "picture", "door", "shelf", "rug", "plant", "window"),
    ),
)

OUTDOOR: tuple[Family, ...] = (
    Family(
        r"lighthouse",
        "water",
        (60, 60),
        (("#5f7480", "#8a8f88", "#a33b2f"), ("#587078", "#94948a", "#35608a")),
        ("lighthouse", "rock", "rock", "rock", "grass", "grass", "fence", "rock"),
        True,
    ),
    Family(
        r"pier|jetty|dock\w*|quay|wharf|marina|harbou?r|landing stage",
        "water",
        (60, 60),
        (("#48707c", "#8a8478", "#a33b2f"), ("#4a6a74", "#7f8a8a", "#c9812f")),
        ("pier", "piles", "boat", "piles", "lamppost", "barrel", "crate"),
        True,
    ),
    Family(
        r"beach|shore|coast|cove|bay|island|seaside|dunes?",
        "desert",
        (60, 60),
        (("#d6c094", "#b8a888", "#3a8a9a"), ("#cdb88c", "#a8a090", "#c9553a")),
        ("parasol", "rock", "boat", "grass", "grass", "rock"),
        True,
    ),
    Family(
        r"lake|river|sea|ocean|pond|canal|stream|creek|swamp|marsh|boat|ship|ferry|deck",
        "water",
        (60, 60),
        (("#4a7480", "#7a8a8a", "#a33b2f"), ("#557a74", "#808a78", "#c9812f")),
        ("pier", "boat", "rock", "rock", "grass", "piles"),
        True,
    ),
    Family(
        r"desert|canyon|mesa|prairie|wasteland|badlands|ranch|plains?|quarry|crater|mars|moon",
        "desert",
        (60, 60),
        _SAND,
        ("cactus", "rock", "rock", "cactus", "rock", "bush", "rock"),
        True,
    ),
    Family(
        (
            r"wood\w*|forest|jungle|grove|trail|path|clearing|thicket|mountain\w*|hill\w*|ridge"
            r"|cliff|camp\w*|cave"
        ),
        "woods",
        (60, 60),
        (("#5c5c3c", "#4a5a3a", "#8a4a2a"), ("#4f5a40", "#44523f", "#a8763a")),
        ("trunk",) * 9 + ("pine",) * 5 + ("bush", "bush", "rock", "grass", "grass"),
        True,
    ),
    Family(
        r"roof\w*|terrace|balcony|rooftop",
        "plain",
        (40, 40),
        (("#77736e", "#8a8078", "#a8633a"), ("#6c7076", "#808890", "#35608a")),
        ("parapet", "skyline", "vent", "vent", "crate"),
        True,
    ),
    Family(
        r"forecourt|taxi rank|station (?:square|entrance|front|car park)",
        "street",
        (40, 30),
        _TOWN,
        _STREET_PIECES,
        True,
    ),
    Family(
        r"station|platform|railway|rail\w*|tracks?|train|depot",
        "plain",
        (60, 40),
        (("#807c78", "#94887c", "#7a2f2f"), ("#777c80", "#8a949a", "#2f5a6a")),
        ("platform", "carriage", "lamppost", "bench", "sign", "lamppost"),
        True,
    ),
    Family(
        (
            r"street|road|alley\w*|town|city|square|avenue|lane|main st\w*|sidewalk|pavement"
            r"|market|corner|block|plaza|boulevard|highway|bus stop|shop|store|bar|saloon|caf[eé]"
            r"|diner|restaurant|hotel|theat(?:re|er)|bank|office|police|hospital|school|car|taxi"
            r"|parking|car park|petrol|gas station"
        ),
        "street",
        (40, 30),
        _TOWN,
        _STREET_PIECES,
        True,
    ),
    Family(
        r"farm\w*|barn|field\w*|meadow|pasture|orchard|vineyard|countryside|crossroads?|airfield|fair\w*",
        "field",
        (60, 60),
        (("#8a8a4e", "#a89a6a", "#8a3a2a"), ("#7a8a4a", "#a0a070", "#a8633a")),
        ("barn", "fence", "grass", "grass", "tree", "grass", "bush", "fence", "rock"),
        True,
    ),
    Family(
        (
            r"yard|garden|house|home|porch|cottage|lawn|backyard|driveway|cemetery|graveyard"
            r"|church\w*|park|playground|mansion|cabin|gate|jail|school\w*"
        ),
        "yard",
        (40, 40),
        _EARTH,
        ("cottage", "fence", "tree", "bush", "tree", "bush", "grass", "grass", "fence"),
        True,
    ),
)

PLAIN_INDOOR = Family(
    "",
    "room",
    (6.2, 5.2),
    (*_WOODEN, *_COOL),
    ("window", "window", "table", "door", "picture", "shelf", "lamp", "chair", "rug"),
)
PLAIN_OUTDOOR = Family(
    "", "yard", (40, 40), (*_EARTH, *_TOWN), ("tree", "bush", "fence", "rock", "grass", "tree", "bush"), True
)
