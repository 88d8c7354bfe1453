"""The wardrobe: words of a description and what they fix in a look, and the stock to choose from.

Tables only; `design` reads them. Patterns are regular expressions over lower-case text.
"""

from __future__ import annotations

from collections.abc import Mapping

Fixes = Mapping[str, Mapping[str, object]]

WOMEN = (
    r"\b(woman|girl|lady|she|her|mother|mum|mom|sister|daughter|wife|widow|aunt|grandmother|grandma|granny"
    r"|nurse|actress|waitress|queen|princess|landlady|policewoman|schoolgirl|niece|bride|nun)\b"
)
MEN = (
    r"\b(man|boy|gentleman|he|his|father|dad|brother|son|husband|widower|uncle|grandfather|grandpa|mr|king"
    r"|sir|lad|guy|fellow)\b"
)
WOMEN_NAMES = (
    r"^\W*(?:mrs|miss|ms|lady|aunt|sister)\b"
    r"|^\W*(?:(?!joshua|luca|nikita|ezra|elisha|sasha)\w+(?:a|ette|elle|issa)|ann|anne|annie|mary|jane|rose"
    r"|ruth|alice|kate|emily|sarah|helen|grace|margaret|susan|jean|ellen|iris|june|claire|elizabeth|beth"
    r"|lily|ivy|hazel|nell|edith|agnes|dorothy|molly|peggy|ingrid|judith|carmen|miriam|joan|eleanor|esther"
    r"|katherine|catherine|jo|meg|amy|lucy|chloe|zoe|mabel|pearl|ines|inès|marie|sophie)\b"
)

STYLE_WORDS: Fixes = {
    r"short(?:-|\s)hair(?:ed)?|crew cut|cropped hair|buzz cut|close-cropped": {"hair_style": "short"},
    r"long(?:\s\w+)?(?:-|\s)hair(?:ed)?|ponytail|braids?|plaits?|pigtails?|dreadlocks?": {
        "hair_style": "long"
    },
    r"bob|bobbed": {"hair_style": "bob"},
    r"bun|topknot|hair (?:tied|pinned) (?:back|up)|chignon": {"hair_style": "bun"},
    r"curly|curls|afro|frizzy|curly-haired|wild hair|unruly hair|mop of hair": {"hair_style": "curly"},
    r"bald|balding|shaved head|shaven|hairless": {"hair_style": "bald"},
    r"hat|fedora|stetson|panama|bowler|trilby|sun hat|straw hat|top hat|helmet|bonnet": {"hair_style": "hat"},
    r"cap|beret|beanie|peaked cap|baseball cap|flat cap|woolly hat|captain's cap": {"hair_style": "cap"},
    r"hood|hooded|hoodie|headscarf|hijab|veil|nun": {"hair_style": "hood"},
}

GARMENT_WORDS: Fixes = {
    r"shirt|blouse|t-shirt|tunic|flannel": {"garment": "shirt"},
    r"jacket|blazer|leather jacket|anorak|bomber|denim jacket|windbreaker|vest|waistcoat|overalls": {
        "garment": "jacket"
    },
    r"jumper|sweater|pullover|cardigan|hoodie|knitwear|fleece|turtleneck|sweatshirt": {"garment": "jumper"},
    r"suit|tuxedo|three-piece|pinstripe|lawyer|banker|butler|undertaker|politician": {"garment": "suit"},
    r"apron|cook|chef|baker|barista|butcher|blacksmith|bartender|barman|barmaid": {"garment": "apron"},
    r"dress|gown|frock|sundress|skirt|robe": {"garment": "dress"},
    r"coat|raincoat|overcoat|trench ?coat|parka|duffel coat|cloak|cape|oilskins?|duster|poncho|lab coat": {
        "garment": "coat"
    },
    r"uniform|sheriff|police(?:man|woman)?|officer|constable|soldier|guard|sergeant|captain|conductor|pilot"
    r"|marshal|deputy|ranger|steward(?:ess)?|postman|firefighter|scrubs|sailor": {"garment": "uniform"},
    r"lab coat|white coat|doctor|scientist": {"garment": "coat", "top": "#e6e6e2"},
}

ACCESSORY_WORDS: Fixes = {
    r"scarf|shawl|bandana|muffler": {"accessory": "scarf"},
    r"bag|satchel|handbag|backpack|rucksack|messenger bag|briefcase|knapsack": {"accessory": "bag"},
    r"tie|necktie|bow tie|bow-tie": {"accessory": "tie"},
    r"badge|medal|sheriff|marshal|deputy|detective|name tag|rosette": {"accessory": "badge"},
    r"glasses|spectacles|bespectacled|goggles|sunglasses|eyeglasses|monocle|half-moons?": {
        "accessory": "glasses"
    },
    r"moustache|mustache|moustached|mustachioed": {"accessory": "moustache"},
    r"beard|bearded|whiskers|goatee|unshaven|stubble": {"accessory": "beard"},
}

BUILD_WORDS: Fixes = {
    r"thin|slim|slender|skinny|gaunt|lean|wiry|lanky|bony|frail|slight": {"build": 0.86},
    r"stocky|burly|broad|heavy|heavyset|stout|fat|plump|muscular|large|bulky|portly|barrel-chested": {
        "build": 1.28
    },
    r"huge|giant|massive|enormous|hulking": {"build": 1.4, "height_m": 1.98},
}

HEIGHT_WORDS: Fixes = {
    r"tall|towering|lanky|long-legged": {"height_m": 1.93},
    r"short (?:man|woman|fellow|person)|short,|small (?:man|woman)|tiny|petite|diminutive|squat": {
        "height_m": 1.55
    },
    r"hunched|stooped|bent": {"height_m": 1.6},
}

AGE_WORDS: Fixes = {
    r"old|elderly|aged|ancient|grandfather|grandmother|grandpa|grandma|granny|retired|pensioner|wizened"
    r"|silver-haired|white-haired|grey-haired|gray-haired|wrinkled": {"old": True},
    r"teen|teenager|teenage|adolescent|youth|schoolboy|schoolgirl": {"height_m": 1.6, "build": 0.9},
    r"child|boy|girl|kid|little (?:boy|girl)|toddler|infant|pupil": {"height_m": 1.24, "build": 0.86},
    r"toddler|infant|baby": {"height_m": 0.92, "build": 0.84},
}

SKIN_WORDS: Fixes = {
    r"black (?:man|woman|boy|girl)|african|nigerian|kenyan|ghanaian|dark-skinned": {"skin": "#5c3a28"},
    r"brown-skinned|indian|latina|latino|mexican|arab|mediterranean|olive-skinned": {"skin": "#b07a52"},
    r"asian|chinese|japanese|korean|vietnamese": {"skin": "#e2b48c"},
    r"pale|white-faced|fair-skinned|freckled|ashen": {"skin": "#f2d2bb"},
    r"tanned|sunburnt|sunburned|weathered|leathery": {"skin": "#c08a60"},
}

COLOUR_WORDS: Mapping[str, str] = {
    "red": "#b23a32",
    "crimson": "#9c2236",
    "scarlet": "#c62f27",
    "burgundy": "#6e2236",
    "maroon": "#6b2a2a",
    "orange": "#cf7a2c",
    "rust": "#a3512b",
    "amber": "#d09a3a",
    "yellow": "#d9b23c",
    "mustard": "#b9922f",
    "gold": "#c9a24a",
    "golden": "#c9a24a",
    "cream": "#e6dcc2",
    "beige": "#cdbb98",
    "khaki": "#a3966a",
    "tan": "#bd9466",
    "brown": "#6d4a32",
    "chestnut": "#6b3f28",
    "green": "#3f7a4a",
    "olive": "#6d6f3c",
    "emerald": "#1f7a5c",
    "teal": "#24747a",
    "turquoise": "#3a9a9a",
    "blue": "#33609c",
    "navy": "#23304f",
    "pale blue": "#8fb2cc",
    "light blue": "#8fb2cc",
    "dark blue": "#23304f",
    "indigo": "#3a3a78",
    "purple": "#6a4485",
    "violet": "#7a55a0",
    "lilac": "#a58fc0",
    "pink": "#cf7f96",
    "white": "#e4e2dc",
    "grey": "#7f8386",
    "gray": "#7f8386",
    "silver": "#b4b7ba",
    "charcoal": "#3a3d42",
    "black": "#222328",
    "dark": "#2b2d36",
    "blond": "#cdb075",
    "blonde": "#cdb075",
    "auburn": "#7a3b22",
    "ginger": "#b5582a",
    "sandy": "#b59a68",
    "copper": "#a3572e",
    "pale": "#d9cfc0",
    "dark red": "#6e2236",
    "dark green": "#2a4a36",
}

HAIR_COLOURS: Mapping[str, str] = {
    "black": "#1b1a1c",
    "dark": "#241d1b",
    "brown": "#4a3122",
    "chestnut": "#633a24",
    "auburn": "#7a3b22",
    "blonde": "#c7a765",
    "blond": "#c7a765",
    "sandy": "#a88a58",
    "ginger": "#b2552a",
    "red": "#a5462a",
    "copper": "#a5512a",
    "grey": "#a9a6a2",
    "gray": "#a9a6a2",
    "silver": "#bdbcba",
    "white": "#dcdad6",
}

SKINS = ("#f0cdb4", "#e6b898", "#dca983", "#c98f68", "#a8714c", "#8a5a3c", "#6a4530", "#edc4a6", "#d49c74")
TOPS = (
    "#a63d35",
    "#c4762f",
    "#c9a13b",
    "#5f7d3f",
    "#2f7458",
    "#2a7d86",
    "#34619a",
    "#2b3a63",
    "#64478a",
    "#9a4a76",
    "#7a5236",
    "#3b3f47",
    "#8a8f94",
    "#d8cfba",
    "#b58a5c",
    "#50303a",
)
UNDER_APRON = ("#d8cfba", "#8a8f94", "#6d6a70", "#b9b2a0")
BOTTOMS = ("#2b3346", "#3b3026", "#23242a", "#4a4f57", "#57462f", "#2f3d38", "#6b6152")
HEADGEAR = ("hat", "cap", "hood")
