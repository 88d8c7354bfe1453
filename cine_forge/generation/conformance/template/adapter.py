"""NewVendor: how it wants to be asked, and how its answers read. Pure: no network, no file, no clock.

What all vendors share (keys, deadlines, broken lines, allowed hosts, downloads) is done for you by `Remote`.
Change what is your vendor's own, then run `cine-forge providers test new_vendor`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from cine_forge.generation.providers.call import Answer, Call
from cine_forge.generation.providers.capabilities import Capabilities
from cine_forge.generation.providers.opening import Opening
from cine_forge.generation.providers.provider import PollOutcome, Sought, Submission, SubmitOutcome
from cine_forge.generation.providers.remote import Remote
from cine_forge.generation.providers.shaping import shaped
from cine_forge.generation.providers.trouble import Trouble

_PLACE = "/v1/generations"


def open_provider(opening: Opening, capabilities: Capabilities) -> Remote:
    """Open NewVendor for one project."""
    return Remote(opening, capabilities, NewVendor())


class NewVendor:
    """How NewVendor wants to be asked."""

    def signed(self, call: Call, keys: Mapping[str, str], now: datetime) -> Mapping[str, str]:
        """Return the headers that prove who asks."""
        return {"authorization": f"Bearer {keys.get('NEW_VENDOR_API_KEY', '')}"}

    def submit(self, submission: Submission) -> Call:
        """Return the request that buys: the settings of the model's profile, under an id of ours."""
        told = {"model": submission.endpoint, "client_id": submission.own_id}
        return Call("POST", _PLACE, body={**told, "input": shaped(submission)})

    def submitted(self, answer: Answer, submission: Submission) -> SubmitOutcome | None:
        """Take the vendor's id. None leaves it to the status alone."""
        name = answer.text_at("id") if answer.is_good else None
        return SubmitOutcome("submitted", provider_id=name) if name else None

    def poll(self, provider_id: str) -> Call:
        """Return the request that asks how it stands."""
        return Call("GET", f"{_PLACE}/{provider_id}")

    def polled(self, answer: Answer, provider_id: str) -> PollOutcome | None:
        """Read how it stands. A word that nobody knows means that it runs, never that it failed."""
        if not answer.is_good or answer.text_at("status") is None:
            return None
        match answer.at("status"):
            case "done" if answer.text_at("url"):
                return PollOutcome("succeeded", output_url=answer.text_at("url"))
            case "done":
                error = "it is done and names no result"
                return PollOutcome("failed", error=error, trouble=Trouble.EMPTY, billed=True)
            case "failed":
                declined = answer.text_at("code") == "policy"
                error = answer.text_at("message") or "it failed"
                trouble = Trouble.FILTERED if declined else Trouble.FAULTY
                return PollOutcome("failed", error=error, trouble=trouble, cost_micro_usd=0)
            case "cancelled":
                error = "it was cancelled"
                return PollOutcome("failed", error=error, trouble=Trouble.UNFINISHED, cost_micro_usd=0)
        return PollOutcome("running")

    def find(self, sought: Sought) -> Call | None:
        """Return the request that looks for a lost submit by our own id; None where there is no way."""
        return Call("GET", _PLACE, query={"client_id": sought.own_id})

    def found(self, answer: Answer, sought: Sought) -> str | Call | None:
        """Return the vendor's id of it, what to ask next, or None when the vendor does not know of it.

        An answer that cannot be read says nothing: it is asked for again.
        """
        items = answer.at("items")
        if not isinstance(items, list):
            return self.find(sought)
        ours = [one for one in items if isinstance(one, dict) and one.get("client_id") == sought.own_id]
        return str(ours[0]["id"]) if ours else None

    def cancel(self, provider_id: str) -> Call:
        """Return the request that asks to stop. Leave it out where there is none."""
        return Call("POST", f"{_PLACE}/{provider_id}/cancel", body={})

    def trouble(self, answer: Answer) -> Trouble | None:
        """Say what an error means where the vendor's own code says more than its status."""
        return Trouble.THROTTLED if answer.at("code") == "busy" else None

    def complaint(self, answer: Answer) -> str | None:
        """Return the sentence in which an error says what is wrong."""
        return answer.text_at("message")
