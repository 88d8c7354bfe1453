"""Frames come out of a pipe as they went in, however the bytes are cut."""

from __future__ import annotations

import os
import threading

import pytest

from cine_forge.kernel.running.frame import ANSWER, MESSAGE, ORDER, FrameReader, Garbled, packed, write_all


def sent(*parts: bytes) -> FrameReader:
    """Return a reader of a pipe into which the parts were written, and which was closed then."""
    reading, writing = os.pipe()

    def write() -> None:
        for part in parts:
            write_all(writing, part)
        os.close(writing)

    threading.Thread(target=write, daemon=True).start()
    return FrameReader(reading, 1 << 20)


def test_frames_come_in_order_and_then_none() -> None:
    large = os.urandom(1 << 20)
    reader = sent(packed(ORDER, b""), packed(MESSAGE, large), packed(ANSWER, b"{}"))
    assert [reader.wait() for _ in range(4)] == [(ORDER, b""), (MESSAGE, large), (ANSWER, b"{}"), None]


def test_a_frame_cut_into_single_bytes_is_whole() -> None:
    reader = sent(*(bytes([byte]) for byte in packed(MESSAGE, b"light")))
    assert reader.wait() == (MESSAGE, b"light")


def test_a_frame_that_is_not_finished_is_none() -> None:
    assert sent(packed(MESSAGE, b"light")[:-1]).wait() is None


@pytest.mark.parametrize("data", [b"?\0\0\0\0", packed(MESSAGE, b"")[:1] + b"\xff\xff\xff\xff"])
def test_what_is_no_frame_or_too_long_is_refused_before_it_is_read(data: bytes) -> None:
    with pytest.raises(Garbled):
        sent(data).wait()


def test_a_pipe_that_does_not_block_gives_nothing_yet() -> None:
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    reader = FrameReader(reading)
    assert (reader.read(), reader.take(), reader.ended) == (False, None, False)
    os.close(writing)
    assert (reader.read(), reader.ended) == (False, True)
