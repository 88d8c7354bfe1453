"""Breaks of pictures and clips: the camera is obeyed, the same is the same, nothing drifts or clips."""

from tests.contracts.breaks import Break

_PREVIZ = "cine_forge/previz"
_PICTURE = "tests/previz/test_picture.py"
_CLIP = "tests/media/test_clip.py"

BREAKS = (
    Break(
        "the lens is ignored",
        f"{_PREVIZ}/stage/lens.py",
        "focal = camera.lens_mm / SENSOR_MM * max(size)",
        "focal = 35.0 / SENSOR_MM * max(size)",
        "tests/previz/stage/test_lens.py::test_a_longer_lens_makes_things_larger_in_proportion",
    ),
    Break(
        "night is lit like day",
        f"{_PREVIZ}/stage/light.py",
        "(_OUTDOORS if outdoors else _INDOORS)[blocking.daytime]",
        "(_OUTDOORS if outdoors else _INDOORS)[DayTime.DAY]",
        f"{_PICTURE}::test_night_is_less_than_half_as_bright_as_day",
    ),
    Break(
        "the pencil's hand is not seeded",
        f"{_PREVIZ}/picture.py",
        "np.random.Generator(np.random.PCG64([self.seed, layer]))",
        "np.random.default_rng()",
        f"{_PICTURE}::test_one_seed_gives_one_picture",
    ),
    Break(
        "people do not move in a clip",
        f"{_PREVIZ}/people/acting.py",
        "second = math.floor(second * _DRAWINGS_A_SECOND + 1e-6) / _DRAWINGS_A_SECOND",
        "second = 0.0",
        f"{_PICTURE}::test_a_clip_has_its_frames_and_people_in_it_live",
    ),
    Break(
        "the sound of a clip is as long as it came",
        "cine_forge/media/clip.py",
        "fitted(audio, spec.samples(track.frames))",
        "audio",
        f"{_CLIP}::test_short_sound_is_filled_and_long_sound_is_cut",
    ),
    Break(
        "the sound of a cut is laid clip by clip from rounded lengths",
        "cine_forge/media/join.py",
        "start, end = spec.samples(frames), spec.samples(frames + count)",
        "start, end = frames * int(spec.rate / spec.pace), (frames + count) * int(spec.rate / spec.pace)",
        f"{_CLIP}::test_sound_does_not_drift_over_a_hundred_clips",
    ),
    Break(
        "speech may clip",
        f"{_PREVIZ}/track/sound.py",
        "if peak > PEAK:",
        "if peak > 9.0:",
        "tests/previz/track/test_sound.py::test_five_people_at_once_do_not_clip",
    ),
    Break(
        "the camera crosses the line",
        "cine_forge/staging/framing.py",
        "side = (line[1], -line[0]) if line[0] >= 0 else (-line[1], line[0])",
        "side = (-line[1], line[0]) if line[0] >= 0 else (line[1], -line[0])",
        "tests/staging/test_framing.py::test_the_line_between_two_people_is_never_crossed",
    ),
    Break(
        "a look forgets who is already there",
        "cine_forge/film/looks/design.py",
        "gap = min((difference(look, other) for other in taken), default=1.0)",
        "gap = 1.0",
        "tests/film/looks/test_design.py::test_twelve_people_nobody_described_are_all_told_apart",
    ),
)
