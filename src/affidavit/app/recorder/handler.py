"""Lines of a program's log as facts: a handler for Python's logging."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from affidavit.app.recorder.outcome import Draft
from affidavit.app.recorder.personal import UNMADE
from affidavit.base.errors import KeyFileError
from affidavit.ledger.entry import Fact

if TYPE_CHECKING:
    from affidavit.app.recorder.recorder import Recorder

EXTRA = "affidavit"
"""What a caller adds to a line: ``extra={"affidavit": {"ticket": "A-1"}}``, text by names."""


class RecorderHandler(logging.Handler):
    """Records each line as `log.line.v1`; its message is kept in the vault, never in the ledger.

    Whatever cannot be recorded goes to `handleError`, as logging has it, and harms nobody. What the
    recorder's own thread logs, or what is logged while a line is being recorded, is not recorded.

    Raises:
        KeyFileError: `recorder` has no vault to keep messages in.
    """

    def __init__(self, recorder: Recorder, level: int = logging.NOTSET) -> None:
        super().__init__(level)
        if not recorder.keeps_personal_data:
            raise KeyFileError(
                "messages are kept in the vault of the ledger, to which this account has no key",
                hint="make the recorder with the path of a ledger of this account",
            )
        self._recorder = recorder
        self._inside = threading.local()

    def emit(self, record: logging.LogRecord) -> None:
        """Record `record`; wait for room where there is none, as `Recorder.log_action`."""
        if getattr(self._inside, "now", False) or self._recorder.is_mine(threading.get_ident()):
            return
        self._inside.now = True
        try:
            self._recorder.submit(self._draft(record))
        except Exception:  # noqa: BLE001 -- a line of a log never harms the program
            self.handleError(record)
        finally:
            self._inside.now = False

    def _draft(self, record: logging.LogRecord) -> Draft:
        body: dict[str, object] = {
            "fields": getattr(record, EXTRA, {}),
            "level": record.levelname,
            "logger": record.name,
            "message": UNMADE,
        }
        session = self._recorder.session
        return Draft(
            fact=Fact(kind="log.line.v1", stream=f"agent:{session}", actor="logging", body=body),
            values=(("message", self.format(record)),),
            about=("session", session),
        )
