"""ComfyUI: graphs filled from a submission, held against the server's nodes, and jobs found by our id."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from cine_forge.generation.money.receipt import State
from cine_forge.generation.providers.call import Answer, Call
from cine_forge.generation.providers.comfyui.adapter import ComfyUi as Dialect
from cine_forge.generation.providers.comfyui.adapter import job_of
from cine_forge.generation.providers.comfyui.graph import filled, read_templates
from cine_forge.generation.providers.comfyui.node_book import faults_of
from cine_forge.generation.providers.provider import PollOutcome, Uploaded
from cine_forge.generation.providers.trouble import Trouble
from cine_forge.kernel.ground.errors import ProjectError, StageError
from tests.fakes.comfyui import NEWER_NODES, NODES, ComfyUi
from tests.fakes.counter import Counter
from tests.fakes.vendor import FAULTS, VendorServer
from tests.generation.support import ROOT, image, reference, video
from tests.generation.vendor_orders import answer, sought, submission

GRAPHS = ROOT / "cine_forge" / "generation" / "providers" / "comfyui" / "graphs"
TEMPLATES = read_templates([GRAPHS])
STILL, CLIP = "comfyui-plain-still", "comfyui-plain-clip"
DIALECT = Dialect(TEMPLATES)
QUEUE = Call("GET", "/queue")


def graph(model: str, payload: Any, folder: Path) -> Any:
    urls = {"sheet.png": "cine-forge/abc.png?type=input"}
    return filled(submission(model, payload, folder, urls=urls), TEMPLATES)


def to(call: Call, data: Any) -> Answer:
    """Return the good answer to a call."""
    return replace(answer(data), call=call)


def history(**entry: Any) -> Answer:
    """Return an answer of the history that knows `rc-1`."""
    return to(Call("GET", "/history/rc-1"), {"rc-1": entry} if entry else {})


def ended(*message: Any, **outputs: Any) -> Answer:
    kind = "error" if message else "success"
    return history(
        outputs=outputs, status={"status_str": kind, "messages": [list(message)] if message else []}
    )


def test_a_graph_is_filled_and_queued_under_our_own_id(tmp_path: Path) -> None:
    call = DIALECT.submit(submission(CLIP, video(fps="30000/1001"), tmp_path))
    assert (call.method, call.path) == ("POST", "/prompt")
    told = call.body or {}
    assert (told["prompt_id"], told["client_id"]) == (job_of("rc-1"), "rc-1")
    nodes = told["prompt"]
    assert nodes["1"]["inputs"]["batch_size"] == 6 and nodes["5"]["inputs"]["width"] == 64
    assert nodes["4"]["inputs"]["seed"] == 7
    assert nodes["2"]["inputs"]["fps"] == pytest.approx(29.97, abs=0.001)
    assert nodes["3"]["inputs"]["filename_prefix"] == "cine-forge/rc-1"


def test_an_id_of_ours_is_told_as_the_one_uuid_that_belongs_to_it() -> None:
    names = [job_of(own) for own in ("rc-1", "rc-1.2", "rc-2")]
    assert [str(UUID(name)) for name in names] == names, "a server takes no other spelling"
    assert len(set(names)) == 3 and job_of("rc-1") == names[0]


def test_a_reference_goes_into_its_slot_and_none_is_dropped(tmp_path: Path) -> None:
    one = reference(tmp_path)
    nodes = graph(STILL, image(blocking=None, identity_refs=[one]), tmp_path)
    assert nodes["1"] == {"class_type": "LoadImage", "inputs": {"image": "cine-forge/abc.png"}}
    with pytest.raises(StageError, match="takes 0 of `references`, and there are 2"):
        graph(STILL, image(blocking=None, scene_ref=one, pose_ref=one), tmp_path)
    with pytest.raises(StageError, match="takes 0 of `start_frame`, and there are 1"):
        graph(CLIP, video(start_frame=one, end_frame=one), tmp_path)


def test_a_template_of_a_project_stands_before_ours_and_a_wrong_one_is_named(tmp_path: Path) -> None:
    own = json.loads((GRAPHS / "plain-still.json").read_text()) | {"description": "mine"}
    (tmp_path / "plain-still.json").write_text(json.dumps(own))
    assert read_templates([tmp_path, GRAPHS])["plain-still"].description == "mine"
    for text, why in (
        ("no json", "no JSON"),
        ('{"graph": {}}', "`slots`"),
        ('{"graph": {}, "slots": {"prompt": [["1", "text"]]}}', "not there"),
    ):
        (tmp_path / "plain-still.json").write_text(text)
        with pytest.raises(ProjectError, match=why):
            read_templates([tmp_path])


@pytest.mark.parametrize("book", [NODES, NEWER_NODES], ids=["0.3.64", "0.38.1"])
@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_every_graph_that_ships_fits_the_servers_of_two_ages(name: str, book: Any) -> None:
    nodes = {key: node.model_dump() for key, node in TEMPLATES[name].graph.items()}
    assert faults_of(nodes, book) == ()


def broken(node: str, **inputs: Any) -> tuple[str, ...]:
    """Return what is wrong with a plain still when inputs of one node are these."""
    nodes = {key: node.model_dump() for key, node in TEMPLATES["plain-still"].graph.items()}
    nodes[node]["inputs"] |= inputs
    nodes[node]["inputs"] = {key: value for key, value in nodes[node]["inputs"].items() if value is not None}
    return faults_of(nodes, NODES)


def test_each_fault_of_a_graph_names_node_and_input() -> None:
    where = "node 2 (ImageScale)"
    assert broken("2", width=-5) == (f"{where}, input `width`: -5 is less than 0",)
    assert broken("2", width=99999) == (f"{where}, input `width`: 99999 is more than 16384",)
    assert broken("2", width="wide") == (f"{where}, input `width`: `wide` is no INT",)
    assert broken("2", crop=None) == (f"{where}: input `crop` is missing",)
    assert "`nope` is none of nearest-exact" in broken("2", upscale_method="nope")[0]
    assert broken("2", image=["9", 0]) == (
        f"{where}, input `image`: it comes from node 9, which is not there",
    )
    assert broken("2", image=["1", 3]) == (f"{where}, input `image`: node 1 has no output 3",)
    assert broken("3", images=["3", 0])[0].endswith("node 3 has no output 0")
    assert len(broken("2", width=-5, upscale_method="nope", crop=None)) == 3


def saved(**inputs: Any) -> tuple[str, ...]:
    """Return what is wrong, by a newer server, with a plain clip that is saved with these inputs."""
    nodes = {key: node.model_dump() for key, node in TEMPLATES["plain-clip"].graph.items()}
    key = next(key for key, node in nodes.items() if node["class_type"] == "SaveVideo")
    kept = ("video", "filename_prefix")
    nodes[key]["inputs"] = {name: nodes[key]["inputs"][name] for name in kept} | inputs
    return tuple(fault.partition("(SaveVideo)")[2] for fault in faults_of(nodes, NEWER_NODES))


def test_a_choice_that_brings_inputs_is_held_against_those_it_brings() -> None:
    assert saved(**{"format": "mp4", "format.codec": "h264", "format.codec.crf": 20}) == ()
    assert saved(format="gif") == (", input `format`: `gif` is none of auto, mp4",)
    assert saved(**{"format": "mp4", "format.codec": "vp7"}) == (
        ", input `format.codec`: `vp7` is none of auto, h264",
    )
    assert saved(**{"format": "mp4", "format.codec": "h264"}) == (": input `format.codec.crf` is missing",)
    assert saved(**{"format": "mp4", "format.codec": "h264", "format.codec.crf": 90}) == (
        ", input `format.codec.crf`: 90 is more than 51.0",
    )


def test_inputs_that_grow_and_kinds_that_follow_a_link_are_let_through() -> None:
    plain = {"width": 8, "height": 8, "batch_size": 1, "color": 0}
    nodes = {
        "1": {"class_type": "EmptyImage", "inputs": plain},
        "2": {"class_type": "BatchImagesNode", "inputs": {"images.image0": ["1", 0]}},
        "3": {"class_type": "ComfySwitchNode", "inputs": {"switch": True, "on_true": ["2", 0]}},
        "4": {"class_type": "SaveImage", "inputs": {"images": ["3", 0], "filename_prefix": "x"}},
    }
    assert faults_of(nodes, NEWER_NODES) == ()
    nodes["2"]["inputs"] = {}
    assert faults_of(nodes, NEWER_NODES) == ("node 2 (BatchImagesNode): input `images` is missing",)


@pytest.mark.parametrize(
    "value, told",
    [
        (["a", "b"], {"multiselect": True, "options": ["a", "b"]}),
        ({"__value__": ["a", "b"]}, {"multiselect": True, "options": ["a", "b"]}),
        ("there", {"options": [], "remote": {"route": "/list"}}),
        ("there", {"options": [], "remote_combo": {"route": "/list"}}),
    ],
)
def test_a_choice_of_several_or_of_a_list_elsewhere_is_no_fault(value: Any, told: Any) -> None:
    book = {"Pick": {"input": {"required": {"one": ["COMBO", told]}}, "output": [], "output_node": True}}
    assert faults_of({"1": {"class_type": "Pick", "inputs": {"one": value}}}, book) == ()


def test_a_node_that_was_renamed_is_named_with_what_comes_near() -> None:
    (fault,) = faults_of({"1": {"class_type": "SaveVideos", "inputs": {}}}, NODES)
    assert fault == "node 1 (SaveVideos): the server has no such node; did you mean `SaveVideo`?"


def test_a_graph_without_a_result_or_with_a_strange_node_is_refused() -> None:
    assert faults_of({"1": {"class_type": "EmptyImage", "inputs": {}}}, NODES)[0].endswith(
        "`width` is missing"
    )
    plain = {"width": 8, "height": 8, "batch_size": 1, "color": 0}
    alone = {"1": {"class_type": "EmptyImage", "inputs": plain}}
    assert faults_of(alone, NODES) == ("it has no node that saves a result",)
    assert "no such node" in faults_of({"1": {"class_type": "KSampler", "inputs": {}}}, NODES)[0]


def test_a_faulty_graph_is_refused_before_anything_is_queued(tmp_path: Path) -> None:
    with VendorServer(ComfyUi()) as server:
        long = video(frames=4096 + 1, fps="240", generate_audio=False)
        bought = Counter(tmp_path, server, CLIP, {}).buy(long)
        assert server.requests("submit") == []
    assert bought.state is State.REFUSED and bought.trouble is Trouble.REJECTED
    assert "node 1 (EmptyImage), input `batch_size`: 4097 is more than 4096" in (bought.error or "")
    assert "input `fps`: 240.0 is more than 120.0" in (bought.error or "")


def test_a_refusal_of_the_server_itself_names_the_node() -> None:
    error = {
        "message": "Custom validation failed for node",
        "details": "image - Invalid image file: gone.png",
    }
    told = {"error": {"message": "m"}, "node_errors": {"4": {"errors": [error], "class_type": "LoadImage"}}}
    complaint = DIALECT.complaint(answer(told, 400)) or ""
    assert complaint.startswith("node 4 (LoadImage)") and "gone.png" in complaint
    assert DIALECT.trouble(answer(told, 400)) is Trouble.REJECTED


def test_a_graph_that_is_taken_in_part_is_refused_as_a_whole(tmp_path: Path) -> None:
    error = {
        "message": "Custom validation failed for node",
        "details": "image - Invalid image file: logo.png",
    }
    wrong = {"3": {"errors": [error], "dependent_outputs": ["4"], "class_type": "LoadImage"}}
    plain = submission(STILL, image(blocking=None), tmp_path)
    taken = {"prompt_id": job_of("rc-1"), "number": 25, "node_errors": {}}
    assert (told := DIALECT.submitted(answer(taken), plain)) and told.state == "submitted"
    told = DIALECT.submitted(answer(taken | {"node_errors": wrong}), plain)
    assert told and (told.state, told.trouble) == ("refused", Trouble.REJECTED)
    assert "node 3 (LoadImage)" in (told.error or "") and "logo.png" in (told.error or "")


def test_a_clip_stands_under_images_and_a_preview_is_no_result() -> None:
    preview = {"filename": "p.png", "subfolder": "", "type": "temp"}
    clip = {"filename": "v 1.mp4", "subfolder": "cf", "type": "output"}
    outcome = DIALECT.polled(
        ended(**{"1": {"images": [preview]}, "3": {"images": [clip], "animated": [True]}}), "rc-1"
    )
    assert isinstance(outcome, PollOutcome)
    assert (outcome.state, outcome.output_url) == (
        "succeeded",
        "/view?filename=v+1.mp4&subfolder=cf&type=output",
    )
    nothing = DIALECT.polled(ended(**{"1": {"images": [preview]}}), "rc-1")
    assert isinstance(nothing, PollOutcome) and nothing.trouble is Trouble.EMPTY


def test_a_failure_names_its_node_and_keeps_the_servers_paths_out() -> None:
    facts = {"node_id": "3", "node_type": "SaveVideo", "exception_type": "av.error.ExternalError"}
    told = {**facts, "exception_message": "generic\nmore", "traceback": ["/srv/home/x.py"]}
    failed = DIALECT.polled(ended("execution_error", told), "rc-1")
    assert isinstance(failed, PollOutcome)
    assert failed.error == "node 3 (SaveVideo): av.error.ExternalError: generic"
    for there in ("'/srv/my home/in/a.png'", "/srv/home/in/a.png", r'"C:\\Users\\A B\\in\\a.png"'):
        told = {**facts, "exception_message": f"cannot identify image file {there} (1/2)"}
        failed = DIALECT.polled(ended("execution_error", told), "rc-1")
        assert isinstance(failed, PollOutcome) and "a.png" in (failed.error or "")
        assert not {"home", "Users", "srv"} & set(re.split(r"\W+", failed.error or ""))
        assert (failed.error or "").endswith("(1/2)")
    stopped = DIALECT.polled(ended("execution_interrupted", facts), "rc-1")
    assert isinstance(stopped, PollOutcome) and "interrupted at node 3" in (stopped.error or "")


def test_a_job_that_ends_between_two_looks_is_not_lost() -> None:
    first = DIALECT.polled(history(), "rc-1")
    assert first == QUEUE
    queue: dict[str, Any] = {"queue_running": [], "queue_pending": []}
    second = DIALECT.polled(to(QUEUE, queue), "rc-1")
    assert isinstance(second, Call) and second.path == "/history/rc-1" and second.query
    gone = DIALECT.polled(to(second, {}), "rc-1")
    assert isinstance(gone, PollOutcome) and (gone.trouble, gone.cost_micro_usd) == (Trouble.LOST, 0)
    waits = {**queue, "queue_pending": [[4, "rc-1", {}, {}, []]]}
    assert DIALECT.polled(to(QUEUE, waits), "rc-1") == PollOutcome("running")


def test_a_lost_submit_is_found_while_it_waits(tmp_path: Path) -> None:
    wanted = sought(submission(STILL, image(blocking=None), tmp_path))
    job = job_of(wanted.own_id)
    waits = {"queue_running": [[4, job, {}, {}, []]], "queue_pending": []}
    assert DIALECT.find(wanted).path == f"/history/{job}"
    assert DIALECT.found(to(QUEUE, waits), wanted) == job


def test_a_server_that_started_anew_ends_the_attempt_and_takes_nothing(tmp_path: Path) -> None:
    with VendorServer(ComfyUi(), FAULTS["stuck-running"]) as server:
        counter = Counter(tmp_path, server, STILL, {})
        assert counter.buy(image(blocking=None), polls=1).state is State.SUBMITTED
        server.forget()
        assert counter.buy(image(blocking=None), polls=1).state is State.FAILED
    (receipt,) = counter.receipts()
    assert (receipt.trouble, receipt.cost_micro_usd) == (Trouble.LOST, 0)


def test_files_are_brought_under_the_name_of_their_bytes_for_one_process(tmp_path: Path) -> None:
    with VendorServer(ComfyUi()) as server:
        counter = Counter(tmp_path, server, STILL, {})
        payload = image(blocking=None, identity_refs=[reference(tmp_path)])
        assert counter.buy(payload).state is State.SETTLED
        counter.buy(payload | {"seed": 8})
        assert len(server.requests("upload")) == 2, "a desk opened anew brings it again"
        assert len(server.manner.brought) == 1  # type: ignore[attr-defined]


def test_an_upload_is_believed_under_the_name_that_the_server_gave() -> None:
    told = answer({"name": "ref (1).png", "subfolder": "cf", "type": "input"})
    assert DIALECT.uploaded(told, Path("ref.png"), "image/png") == Uploaded("cf/ref (1).png?type=input", None)


def test_a_cancel_takes_it_from_the_queue_and_then_interrupts_it(tmp_path: Path) -> None:
    with VendorServer(ComfyUi(), FAULTS["stuck-running"]) as server:
        counter = Counter(tmp_path, server, STILL, {})
        own = counter.buy(image(blocking=None), polls=1).provider_id or ""
        assert counter.provider.cancel(own)  # type: ignore[attr-defined]
        asked = [(one.path, one.json) for one in server.requests("cancel")]
    assert asked == [("/queue", {"delete": [own]}), ("/interrupt", {"prompt_id": own})]


def test_a_job_that_is_cancelled_while_it_waits_is_nowhere_any_more(tmp_path: Path) -> None:
    with VendorServer(ComfyUi(), pace=(3, 3, 0.0)) as server:
        counter = Counter(tmp_path, server, STILL, {})
        own = counter.buy(image(blocking=None), polls=1).provider_id or ""
        assert counter.provider.cancel(own)  # type: ignore[attr-defined]
        outcome = counter.provider.poll(own)
    assert (outcome.state, outcome.trouble) == ("failed", Trouble.LOST)
