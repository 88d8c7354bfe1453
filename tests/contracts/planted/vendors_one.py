"""Breaks of the vendors fal, Replicate and ElevenLabs, and of bringing what they made to the film's form."""

from tests.contracts.breaks import Break

_PROVIDERS = "cine_forge/generation/providers"

BREAKS = (
    Break(
        "a result without a file costs nothing",
        f"{_PROVIDERS}/fal/adapter.py",
        "trouble=Trouble.EMPTY, billed=True)",
        "trouble=Trouble.EMPTY, billed=False)",
        "tests/generation/test_fal.py::test_a_result_without_a_file_counts_as_charged",
    ),
    Break(
        "a key of fal goes to where files are brought",
        f"{_PROVIDERS}/fal/adapter.py",
        'if call.site == "cdn":',
        'if call.site == "elsewhere":',
        "tests/generation/test_fal.py::test_references_are_brought_once_and_named_by_their_url",
    ),
    Break(
        "another's prediction is taken for ours",
        f"{_PROVIDERS}/replicate/listing.py",
        "if any(told.get(key) != value for key, value in wanted.items()):",
        'if told.get("prompt") != wanted.get("prompt"):',
        "tests/generation/test_replicate.py::test_ours_is_found_wherever_it_stands_and_never_anothers",
    ),
    Break(
        "a clip longer than its shot is kept as it came",
        "cine_forge/film/requests/fitting.py",
        "most=asked.frames)",
        "most=None)",
        "tests/film/requests/test_fitting.py::test_a_longer_and_larger_clip_becomes_what_was_asked_for",
    ),
)
