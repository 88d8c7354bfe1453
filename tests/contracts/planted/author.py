"""The planted breaks of asking a model: what is believed, what is sent again, where a key may go."""

from __future__ import annotations

from tests.contracts.breaks import Break

CHAT = "tests/generation/test_openai_chat.py"
CHAT_ROOM = "cine_forge/generation/providers/openai_chat"

BREAKS = (
    Break(
        name="author: words that are not on their line are believed",
        file="cine_forge/film/breakdown/additions.py",
        old='        found = spelling.find(said["words"])\n',
        new='        found = spelling.find(said["words"]) or said["words"]\n',
        test="tests/authoring/test_injection.py::"
        "test_an_order_in_a_script_changes_nothing_outside_the_schema[a path as words]",
    ),
    Break(
        name="author: a server's error is taken for a refusal and sent again",
        file=f"{CHAT_ROOM}/reply.py",
        old="    if status in _UNSURE or (status >= 500 and status not in _BUSY) or status < 200:\n",
        new="    if status in _UNSURE:\n",
        test=f"{CHAT}::test_what_may_have_reached_a_model_is_held_and_never_sent_again[500]",
    ),
    Break(
        name="author: a key comes back in what a server says",
        file=f"{CHAT_ROOM}/reply.py",
        old="    secrets = [secret] if secret else []\n",
        new="    secrets: list[str] = []\n",
        test=f"{CHAT}::test_no_key_is_written_anywhere",
    ),
    Break(
        name="author: any host of a project's file is asked",
        file="cine_forge/generation/providers/capabilities.py",
        old="        if not endpoint.destination.is_loopback and host not in {*self.hosts, *own}:\n",
        new="        if not host and host not in {*self.hosts, *own}:\n",
        test=f"{CHAT}::test_only_hosts_that_are_allowed_are_asked",
    ),
)
