"""Watches what a plugin says while it is tried: logs, rows, events, files."""

from __future__ import annotations

import logging
from pathlib import Path
from types import TracebackType
from typing import Self

from caducee.testing.canaries import Canaries

_LEVELS = {"": logging.INFO, "caducee": logging.DEBUG}


class Watch(logging.Handler):
    """Keeps every record of Caducée's loggers, and of the others what they say at ``INFO``."""

    def __init__(self, canaries: Canaries) -> None:
        super().__init__(logging.DEBUG)
        self.said: list[str] = []
        self._canaries = canaries
        self._levels: dict[str, int] = {}
        self.setFormatter(logging.Formatter("%(name)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record as a log file would."""
        self.said.append(self.format(record))

    def note(self, *values: object) -> None:
        """Keep what else may be shown: rows, events, errors."""
        self.said.extend(repr(value) for value in values)

    def __enter__(self) -> Self:
        logging.getLogger().addHandler(self)
        for name, level in _LEVELS.items():
            self._levels[name] = logging.getLogger(name).level
            logging.getLogger(name).setLevel(level)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        logging.getLogger().removeHandler(self)
        for name, level in self._levels.items():
            logging.getLogger(name).setLevel(level)

    def check(self, folder: Path) -> None:
        """Raise ``AssertionError`` if a canary was said, or stands in clear in a file of this folder."""
        self._canaries.assert_none(folder, *self.said)
