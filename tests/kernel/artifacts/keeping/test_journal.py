"""The journal says what a writer was about to do, and whether the index may be trusted."""

import json
import os
from pathlib import Path

import pytest

from cine_forge.kernel.artifacts.keeping import journal as journals
from cine_forge.kernel.artifacts.keeping.journal import Entry, FileJournal, Pending, boot_id

TWO = Pending("derivations/a", ("artifacts/b", "artifacts/c"))


@pytest.fixture
def journal(tmp_path):
    return FileJournal(tmp_path / "commit.journal")


@pytest.fixture
def another_boot(monkeypatch, tmp_path):
    (tmp_path / "boot").write_text("another-boot\n")
    return lambda: monkeypatch.setattr(journals, "_BOOT_ID", tmp_path / "boot")


def test_what_is_pending_is_read_back_until_it_is_done(journal):
    journal.begin(TWO)
    assert journal.read() == Entry(boot_id(), False, TWO)
    journal.done()
    assert journal.read() == Entry(boot_id(), False, None)
    journal.close()
    assert journal.read() == Entry(boot_id(), True, None)


def test_a_shorter_entry_leaves_nothing_of_a_longer_one(journal):
    journal.begin(Pending("x" * 500, ("y" * 500,)))
    journal.done()
    assert json.loads(journal._path.read_text())["pending"] is None


def test_a_closed_index_is_trusted_in_any_boot_and_an_open_one_in_its_own(journal, another_boot):
    journal.open()
    assert journal.read().trusted
    another_boot()
    assert not journal.read().trusted
    journal.close()
    assert journal.read().trusted
    assert not Entry("", closed=False).trusted
    assert Entry("", closed=True).trusted


def test_a_machine_without_a_name_for_its_boot_is_never_trusted_while_open(journal, monkeypatch):
    monkeypatch.setattr(journals, "_BOOT_ID", Path("/nowhere/boot_id"))
    assert boot_id() == ""
    journal.open()
    assert not journal.read().trusted


def test_a_boot_has_a_name_without_white_space(another_boot):
    another_boot()
    assert boot_id() == "another-boot"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"boot": "x", "closed": true}',
        b'{"pending": null}',
        b'{"pending": {"commit": 1}}',
        b"\xff",
    ],
)
def test_a_journal_without_sense_reads_as_none(journal, content):
    assert journal.read() is None
    journal._path.write_bytes(content)
    assert journal.read() is None


@pytest.mark.row("H3")
def test_a_closed_journal_stays_closed_until_it_is_opened_durably(journal):
    journal.close()
    journal.done()
    assert journal.read().closed


def test_a_journal_is_opened_durably_once_for_each_boot_and_close(journal, monkeypatch, another_boot):
    durable: list[int] = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda handle: durable.append(handle) or real(handle))
    counts = []
    for act in (
        journal.open,
        journal.open,
        lambda: journal.begin(TWO),
        journal.close,
        journal.open,
        another_boot,
        journal.open,
    ):
        durable.clear()
        act()
        counts.append(len(durable) > 0)
    assert counts == [True, False, False, True, True, False, True]
