"""Patterns: shapes of blocks that come up again and again, as functions that return a `Block`.

They add nothing that blocks do not have, so paths, captures and checks hold for them as for any other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from cine_forge.kernel.stages.steps.block import ActionStep, Block, ChatStep, Condition, Node
from cine_forge.kernel.stages.steps.material import StepContext


def fan_out(
    branches: Sequence[Node], reduce: Node, *, name: str = "", capture_key: str | None = None
) -> Block:
    """Let each branch begin from the same conversation, unheard by the others; `reduce` brings them together.

    `reduce` reads what the branches captured; of the block only its last answer stays.
    """
    apart = [_alone(branch, number) for number, branch in enumerate(branches, 1)]
    return Block([*apart, reduce], name=name, merge="last_response", capture_key=capture_key)


def select(
    generate: ChatStep, count: int, choose: ChatStep | ActionStep, *, prefix: str, name: str = ""
) -> Block:
    """Ask `generate` `count` times, apart, and let `choose` pick.

    The candidates are captured as `<prefix>_1`, `<prefix>_2`, …; `choose` reads and captures as it likes.
    """
    if count < 1:
        raise ValueError(f"at least one candidate is needed, not {count}")
    made = [
        Block(
            [replace(generate, capture_key=f"{prefix}_{number}")], name=f"candidate_{number:02}", merge="none"
        )
        for number in range(1, count + 1)
    ]
    return Block([*made, choose], name=name, merge="last_response")


def iterate(
    body: Callable[[int], Node],
    most: int,
    until: Condition,
    *,
    name: str = "",
    capture_key: str | None = None,
) -> Block:
    """Carry out `body(1)`, `body(2)`, … in one conversation until `until` says yes, at most `most` times.

    Rounds are called `round_01`, …; the first is always carried out, and only the last answer stays, which
    `capture_key` keeps. A key that a body captures must hold the round's number.
    """
    if most < 1:
        raise ValueError(f"at least one round is needed, not {most}")
    rounds = [
        Block([body(number)], name=f"round_{number:02}", when=None if number == 1 else _not(until))
        for number in range(1, most + 1)
    ]
    return Block(rounds, name=name, merge="last_response", capture_key=capture_key)


def _alone(branch: Node, number: int) -> Block:
    if isinstance(branch, Block):
        return replace(branch, merge="none")
    return Block([branch], name=branch.name or f"branch_{number:02}", merge="none")


def _not(condition: Condition) -> Condition:
    def holds(view: StepContext) -> bool:
        return not condition(view)

    return holds
