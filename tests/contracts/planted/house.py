"""The planted breaks of the house: floors, words, network, sizes, delivery, command line."""

from __future__ import annotations

from tests.contracts.breaks import Break

BREAKS = (
    Break(
        name="house: a typing-only import goes up",
        file="cine_forge/staging/grammar.py",
        old="from enum import StrEnum\n",
        new="from enum import StrEnum\nfrom typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n"
        "    from cine_forge.film import project as project\n",
        test="tests/contracts/test_floors.py::test_no_import_goes_up_or_across",
    ),
    Break(
        name="house: an import inside a function goes up",
        file="cine_forge/kernel/ground/hashing.py",
        old="    return hashlib.sha256(content).hexdigest()\n",
        new="    from cine_forge.media import sheet\n\n    return hashlib.sha256(content).hexdigest()\n",
        test="tests/contracts/test_floors.py::test_no_import_goes_up_or_across",
    ),
    Break(
        name="house: a circle of imports",
        file="cine_forge/kernel/ground/errors.py",
        old="from difflib import get_close_matches\n",
        new="from difflib import get_close_matches\n\nimport cine_forge.kernel.ground.source\n",
        test="tests/contracts/test_floors.py::test_there_is_no_circle_of_imports",
    ),
    Break(
        name="house: the kernel says a film word",
        file="cine_forge/kernel/ground/hashing.py",
        old="_CHUNK_BYTES = 1 << 20\n",
        new="_CHUNK_BYTES = 1 << 20  # as large as a shot\n",
        test="tests/contracts/test_vocabulary.py::test_the_kernel_knows_no_film_word",
    ),
    Break(
        name="house: the kernel needs another room",
        file="cine_forge/kernel/ground/hashing.py",
        old="import hashlib\n",
        new="import hashlib\nimport cine_forge.staging.grammar\n",
        test="tests/contracts/test_kernel_alone.py::test_the_kernel_imports_with_every_other_room_absent",
    ),
    Break(
        name="house: the face loads a library",
        file="cine_forge/__init__.py",
        old="from importlib import import_module\n",
        new="from importlib import import_module\n\nimport pydantic as _pydantic\n",
        test="tests/contracts/test_kernel_alone.py::test_importing_the_face_loads_nothing_heavy",
    ),
    Break(
        name="house: a child process reaches the network",
        file="tests/guard/sitecustomize.py",
        old='if os.environ.get("CINE_FORGE_GUARD") == "1":\n',
        new='if os.environ.get("CINE_FORGE_GUARD") == "no":\n',
        test="tests/contracts/test_no_socket.py::test_a_child_interpreter_is_watched_as_well",
    ),
    Break(
        name="house: help imports a command",
        file="cine_forge/cli/commands.py",
        old="(name, COMMANDS[name].help)",
        new="(name, self.get_command(ctx, name).help)",
        test="tests/cli/test_command_line.py::test_help_imports_nothing_heavy_and_no_command",
    ),
    Break(
        name="house: init overwrites a project",
        file="cine_forge/cli/init.py",
        old="    if project.exists():\n",
        new="    if project.is_symlink():\n",
        test="tests/cli/test_init_command.py::test_a_project_is_never_overwritten",
    ),
    Break(
        name="house: a script may be a link out of the project",
        file="cine_forge/kernel/ground/files.py",
        old="stays_inside(name) and (not _meets_link(root, path) or _leads_below(root, path))",
        new="stays_inside(name)",
        test="tests/film/test_project.py::test_a_script_may_not_be_a_link_out_of_the_project",
    ),
    Break(
        name="house: the frame need not have its aspect",
        file="cine_forge/film/project.py",
        old="_ASPECT_SLACK = Fraction(1, 100)",
        new="_ASPECT_SLACK = Fraction(1)",
        test="tests/film/test_project.py::test_a_delivery_that_cannot_be_made_is_refused",
    ),
    Break(
        name="house: an error code without its page",
        file="docs/errors/usage.md",
        old="## CF-U110 Something is there already",
        new="### Something is there already",
        test="tests/contracts/test_errors_documented.py::test_every_code_has_a_section",
    ),
)
