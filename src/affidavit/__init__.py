"""Sworn evidence for AI-written code."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from affidavit.app.recorder.asynchronous import AsyncRecorder
    from affidavit.app.recorder.handler import RecorderHandler
    from affidavit.app.recorder.outcome import NotRecordedError
    from affidavit.app.recorder.recorder import Recorder
    from affidavit.app.recorder.waiting import Bounds
    from affidavit.base.errors import (
        AffidavitError,
        DamagedError,
        EntryError,
        FormatError,
        FrozenError,
        KeyFileError,
        LedgerBusyError,
        NotALedgerError,
        OutputError,
        PeriodError,
        StoreError,
        UnreadableError,
        UsageError,
    )

__version__ = "0.1.0"
__all__ = [
    "AffidavitError",
    "AsyncRecorder",
    "Bounds",
    "DamagedError",
    "EntryError",
    "FormatError",
    "FrozenError",
    "KeyFileError",
    "LedgerBusyError",
    "NotALedgerError",
    "NotRecordedError",
    "OutputError",
    "PeriodError",
    "Recorder",
    "RecorderHandler",
    "StoreError",
    "UnreadableError",
    "UsageError",
    "__version__",
]

_PLACES = {
    "AsyncRecorder": "affidavit.app.recorder.asynchronous",
    "Bounds": "affidavit.app.recorder.waiting",
    "NotRecordedError": "affidavit.app.recorder.outcome",
    "Recorder": "affidavit.app.recorder.recorder",
    "RecorderHandler": "affidavit.app.recorder.handler",
}
_ERRORS = "affidavit.base.errors"

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """What is heavy is imported when it is asked for: every command imports this package."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module  # noqa: PLC0415

        return getattr(import_module(_PLACES.get(name, _ERRORS)), name)
