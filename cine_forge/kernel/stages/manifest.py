"""The manifest: what a module declares in `module.yaml`.

It is all that planning knows of a module: discovery never imports module code. Unknown keys are refused
with file and line by the loader that calls this model.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from cine_forge.kernel.artifacts.records.refs import type_of_schema
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

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, populate_by_name=True, defer_build=True
    )


class InputSpec(Declared):
    """One input. With `from` and `path`, the driving input names the entities it is related to.

    `path` is a JSON-pointer-like path into the driving artifact's data; `*` stands for each element.
    """

    schema_name: SchemaName = Field(alias="schema", description="The schema of its data, as `sheet@1`.")
    entities: Literal["one", "all"] = Field("one", description="One artifact, or all that are fed to it.")
    from_input: str | None = Field(None, alias="from", description="The input whose data names what is read.")
    path: DataPath | None = Field(None, description="Where in that data the entities are named.")
    optional: bool = Field(False, description="The module can do without it, and then gets nothing.")


class OutputSpec(Declared):
    """One output. `many` may keep any number of entities."""

    schema_name: SchemaName = Field(alias="schema", description="The schema of its data, as `sheet@1`.")
    entities: Literal["one", "many"] = Field("one", description="How many entities one unit keeps.")


class MoveSpec(Declared):
    """One step of an upcast: `rename`, `move`, `default` or `drop`, with the path it is about.

    `*` in a path stands for each element. What is not there is not moved; a default fills what is absent.
    """

    rename: DataPath | None = Field(None, description="A field that gets the name `to`.")
    move: DataPath | None = Field(None, description="A field that goes to the path `to`.")
    default: DataPath | None = Field(None, description="A field that gets `value` where it is absent.")
    drop: DataPath | None = Field(None, description="A field that goes.")
    to: str | None = Field(None, description="The new name, or the new path.")
    value: Any = Field(None, description="What a default puts there.")


class ParamSpec(Declared):
    """One parameter. `format: file` names a file of the project whose bytes count in the fingerprint."""

    type: Literal["string", "integer", "number", "boolean", "array", "object"] = Field(
        description="The kind of its values."
    )
    default: Any = Field(None, description="The value when nobody gives one.")
    required: bool = Field(False, description="The recipe must give it.")
    enum: list[Any] | None = Field(None, description="The values that it may have.")
    min: float | int | None = Field(None, description="The least value.")
    max: float | int | None = Field(None, description="The largest value.")
    pattern: str | None = Field(None, description="A regular expression that the text must contain.")
    format: Literal["file"] | None = Field(
        None, description="`file`: a file of the project; its bytes count."
    )
    description: str = Field("", description="What it is for; shown to whoever writes a recipe.")


class GateSpec(Declared):
    """An approval gate: the input whose artifact a person (or its own checks) approves.

    `mode` names the param that says who decides; a decision once taken stands whatever the mode, so the
    param is no part of the fingerprint.
    """

    subject: str = Field(description="The input that is approved.")
    mode: str | None = Field(None, description="The param that says who decides.")


class Manifest(Declared):
    """The whole of `module.yaml`."""

    module_id: ModuleId = Field(description="What recipes call it; the name of its folder.")
    stage: StageName = Field(description="The kind of stage it performs; the folder above its own.")
    description: str = Field(description="What it does, in a sentence.")
    version: int | str = Field(description="Counts in the fingerprint: raise it to make everything anew.")
    inputs: dict[str, InputSpec] = Field({}, description="What it reads, by name.")
    outputs: dict[str, OutputSpec] = Field({}, description="What it keeps, by name.")
    params: dict[str, ParamSpec] = Field({}, description="What a recipe may set, by name.")
    schemas: list[str] = Field([], description="Files of its own schemas: `schemas/name@1.json`.")
    upcasts: dict[SchemaName, list[MoveSpec]] = Field(
        {}, description="For each newer schema of its own, how older data becomes it, move by move."
    )
    facts: list[str] = Field(
        [], description="Project settings and `extension.<plug-in>.<key>` that it reads."
    )
    for_each: SchemaName | None = Field(None, description="The set it fans out over, one unit a member.")
    runs: Literal["in_process", "subprocess"] = Field("in_process", description="Where its units work.")
    timeout_s: float | int | None = Field(None, description="Seconds after which a unit is ended.")
    determinism: Literal["pure", "seeded", "external"] = Field(
        "pure", description="`pure`: equal inputs, equal result; `seeded`: by a seed; `external`: bought."
    )
    code: list[str] = Field([], description="Further files that its results depend on.")
    resources: dict[str, Any] = Field(
        {}, description="What it asks of its surroundings: `modality`, `memory_mb`."
    )
    gate: GateSpec | None = Field(None, description="An approval gate: a person decides, or its own checks.")

    def schema_of(self, artifact_type: str) -> str | None:
        """Return the schema under which the module keeps, else reads, artifacts of a type."""
        names = [made.schema_name for made in self.outputs.values()]
        names += [read.schema_name for read in self.inputs.values()]
        return next((name for name in names if type_of_schema(name) == artifact_type), None)
