"""The devices as they were last known, on disk: with the database away they can still sign in after a restart."""

import logging
import os
from collections.abc import Mapping
from pathlib import Path

from msgspec import MsgspecError, json

from rentguy.log import pairs
from rentguy.registry import Registered

logger = logging.getLogger(__name__)


class Saved:
    """A JSON file that holds an array of `Registered`, for us alone (0600) in a directory of its own (0700)."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._kept: Mapping[str, Registered] | None = None
        self._trouble = ""

    @property
    def written_at(self) -> float:
        """When they were saved last; 0 when they never were."""
        try:
            return self.file.stat().st_mtime
        except OSError:
            return 0.0

    def read(self) -> dict[str, Registered] | None:
        """The devices by slug; None, which is logged, when the file is missing or broken."""
        try:
            found = json.decode(self.file.read_bytes(), type=list[Registered])
        except FileNotFoundError:
            logger.info("no devices are saved yet %s", pairs(file=self.file))
            return None
        except (OSError, MsgspecError, UnicodeDecodeError) as error:
            logger.warning("the saved devices can't be read %s", pairs(file=self.file, reason=error))
            return None
        self._kept = devices = {device.slug: device for device in found}
        logger.info("the saved devices are read %s", pairs(devices=len(devices)))
        return devices

    def write(self, devices: Mapping[str, Registered]) -> None:
        """Save the devices unless they are there already. A disk that refuses is a warning, once, and tried again."""
        if devices == self._kept:
            return
        try:
            self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _replace(self.file, json.encode(list(devices.values())))
        except OSError as error:
            return self._fail(str(error))
        self._kept, self._trouble = devices, ""
        logger.debug("devices saved %s", pairs(devices=len(devices)))

    def _fail(self, trouble: str) -> None:
        if trouble != self._trouble:
            logger.warning("the devices can't be saved %s", pairs(file=self.file, reason=trouble))
        self._trouble = trouble


def _replace(file: Path, data: bytes) -> None:
    """Written whole or not at all, even when the power fails."""
    fresh = file.with_suffix(".new")
    with open(fresh, "wb", opener=lambda path, flags: os.open(path, flags, 0o600)) as opened:
        opened.write(data)
        opened.flush()
        os.fsync(opened.fileno())
    fresh.replace(file)
