"""The manifest: what a module declares in `module.yaml`.

It is all that planning knows of a module: discovery never imports module code. Unknown keys are refused
with file and line by the loader that calls this model.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from cine_forge.kernel.ground.form import Form

SchemaName = Annotated[
    str, Form(r"[a-z][a-z0-9_]{0,63}@[1-9][0-9]*", "a schema with its number, such as `sheet@1`")
]
ModuleId = Annotated[str, Form(r"[a-z][a-z0-9_]{0,63}", "small letters, digits and `_`, a letter first")]
StageName = Annotated[
    str,
    Form(
        r"[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9][A-Za-z0-9_-]*)*",
        "letters and digits with `_`, `-` and single dots",
    ),
]
DataPath = Annotated[str, Form(r"(/[^/]+)+", "a path into the data, such as `/clips/*/take`")]


class Declared(BaseModel):
    """A frozen part of a manifest that refuses unknown keys and coerces nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)


class InputSpec(Declared):
    """One input. With `from` and `path`, the driving input names the entities it is related to.

    `path` is a JSON-pointer-like path into the driving artifact's data; `*` stands for each element.
    """

    schema_name: SchemaName = Field(alias="schema")
    entities: Literal["one", "all"] = "one"
    from_input: str | None = Field(None, alias="from")
    path: DataPath | None = None
    optional: bool = False


class OutputSpec(Declared):
    """One output. `many` may keep any number of entities."""

    schema_name: SchemaName = Field(alias="schema")
    entities: Literal["one", "many"] = "one"


class ParamSpec(Declared):
    """One parameter. `format: file` names a file of the project whose bytes count in the fingerprint."""

    type: Literal["string", "integer", "number", "boolean", "array", "object"]
    default: Any = None
    required: bool = False
    enum: list[Any] | None = None
    min: float | int | None = None
    max: float | int | None = None
    pattern: str | None = None
    format: Literal["file"] | None = None
    description: str = ""


class GateSpec(Declared):
    """An approval gate: the input whose artifact a person (or its own checks) approves.

    `mode` names the param that says who decides; a decision once taken stands whatever the mode, so the
    param is no part of the fingerprint.
    """

    subject: str
    mode: str | None = None


class Manifest(Declared):
    """The whole of `module.yaml`."""

    module_id: ModuleId
    stage: StageName
    description: str
    version: int | str
    inputs: dict[str, InputSpec] = {}
    outputs: dict[str, OutputSpec] = {}
    params: dict[str, ParamSpec] = {}
    schemas: list[str] = []
    facts: list[str] = []
    for_each: SchemaName | None = None
    runs: Literal["in_process", "subprocess"] = "in_process"
    timeout_s: float | int | None = None
    determinism: Literal["pure", "seeded", "external"] = "pure"
    code: list[str] = []
    resources: dict[str, Any] = {}
    gate: GateSpec | None = None
