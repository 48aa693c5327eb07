"""What the embedded broker's log tells of a disk that was full."""

from pathlib import Path

import pytest

from lights.full_disk import FullDisk


@pytest.mark.parametrize(
    ("line", "gave_up"),
    [
        ("[ERR] Filestore [$MQTT_sess] Critical write error: write 1.blk: no space left", True),
        ('[ERR] "L1" - unable to connect: unable to delete session: no space left on device', True),
        ("[ERR] JetStream failed to store a msg: disk quota exceeded", True),
        ('[ERR] "L1" - unable to connect: other session with client ID "L1"', False),
        ('[ERR] "no space left on device" - unable to connect: not authorized', False),
        (
            '[ERR] "a" "no space left on device" - unable to connect: "no space left on device"',
            False,
        ),
        ('[ERR] mid:8 - authentication error - User "disk quota exceeded"', False),
        ("[INF] Listening for MQTT clients on 127.0.0.1:1883", False),
    ],
)
def test_what_could_not_be_written_is_heard_of_once_there_is_room(
    tmp_path: Path, line: str, gave_up: bool
) -> None:
    log = tmp_path / "nats.log"
    disk = FullDisk(log)
    assert not disk.is_over()
    log.write_text(f"{line}\n")
    assert disk.is_over() == gave_up
    assert [one.name for one in tmp_path.iterdir()] == ["nats.log"]


def test_while_there_is_no_room_nothing_is_over(tmp_path: Path) -> None:
    log = tmp_path / "nats.log"
    log.write_text("[ERR] Critical write error\n")
    (tmp_path / "room").mkdir()  # a probe cannot be written there
    disk = FullDisk(log)
    assert not disk.is_over()
    (tmp_path / "room").rmdir()
    assert disk.is_over()


def test_a_log_that_is_begun_anew_is_read_from_its_beginning(tmp_path: Path) -> None:
    log = tmp_path / "nats.log"
    log.write_text("[INF] fine\n" * 1_000)
    disk = FullDisk(log)
    assert not disk.is_over()
    log.write_text("[ERR] no space left on device\n" + "[INF] fine\n" * 500)
    assert disk.is_over()
