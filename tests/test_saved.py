"""The devices on disk: what is written is read again, and no disk or file stops the broker."""

import logging

import pytest

from rentguy.registry import Interval, Registered
from rentguy.saved import Saved

TRUCK = Registered("truck-04", "truck", "$7$a", assignments=(Interval("p", 1.5, 2.5), Interval("q", 2.5)))
PHONE = Registered("phone-1", "phone", "$7$b", False, "anouk", (Interval("p"),), (Interval("p", None, 1e9),))
DEVICES = {device.slug: device for device in (TRUCK, PHONE)}


@pytest.fixture
def file(tmp_path):
    return tmp_path / "data" / "broker" / "registry.json"


def warnings(caplog) -> list[str]:
    return [record.message for record in caplog.records if record.levelno >= logging.WARNING]


def test_what_is_saved_is_read_again_and_nobody_elses(file):
    Saved(file).write(DEVICES)
    assert Saved(file).read() == DEVICES
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert [*file.parent.iterdir()] == [file]


def test_only_a_change_is_written(file):
    saved = Saved(file)
    saved.write(DEVICES)
    before = file.stat().st_ino
    saved.write(dict(DEVICES))
    assert file.stat().st_ino == before
    saved.write({"truck-04": TRUCK})
    assert file.stat().st_ino != before
    assert Saved(file).read() == {"truck-04": TRUCK}


def test_what_was_read_is_not_written_again(file):
    Saved(file).write(DEVICES)
    before, saved = file.stat().st_ino, Saved(file)
    saved.write(saved.read())
    assert file.stat().st_ino == before


BROKEN = {
    "empty": b"",
    "cut off": b'[{"slug":"truck-04","kind":"tr',
    "no list": b'{"slug":"truck-04"}',
    "a field missing": b'[{"slug":"truck-04","kind":"truck"}]',
    "a time that is none": b'[{"slug":"a","kind":"truck","secret_hash":"","assignments":[["p","soon",null]]}]',
    "not UTF-8": b'[{"slug":"\xff","kind":"truck","secret_hash":""}]',
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_one_log_line_and_replaced(file, caplog, data):
    file.parent.mkdir(parents=True)
    file.write_bytes(data)
    saved = Saved(file)
    assert saved.read() is None
    [line] = warnings(caplog)
    assert "the saved devices can't be read" in line
    saved.write(DEVICES)
    assert Saved(file).read() == DEVICES


def test_a_missing_file_is_no_warning(file, caplog):
    caplog.set_level(logging.INFO)
    assert Saved(file).read() is None
    assert [record.levelno for record in caplog.records] == [logging.INFO]


def test_a_disk_that_cannot_be_written_is_one_warning_per_cause_and_tried_again(file, caplog):
    # Given something in the way of the directory
    file.parent.parent.mkdir()
    file.parent.touch()
    saved = Saved(file)
    # When it is written twice, then once more for another cause
    saved.write(DEVICES)
    saved.write(DEVICES)
    file.parent.unlink()
    file.mkdir(parents=True)
    saved.write(DEVICES)
    # Then each cause is said once
    assert [line.split(" file=")[0] for line in warnings(caplog)] == ["the devices can't be saved"] * 2
    # and once nothing is in the way, they are saved
    file.rmdir()
    saved.write(DEVICES)
    assert Saved(file).read() == DEVICES
