"""Sworn evidence for AI-written code."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from affidavit.app.recorder.asynchronous import AsyncRecorder
    from affidavit.app.recorder.handler import RecorderHandler
    from affidavit.app.recorder.recorder import Recorder

__version__ = "0.1.0"
__all__ = ["AsyncRecorder", "Recorder", "RecorderHandler", "__version__"]

_PLACES = {
    "AsyncRecorder": "affidavit.app.recorder.asynchronous",
    "Recorder": "affidavit.app.recorder.recorder",
    "RecorderHandler": "affidavit.app.recorder.handler",
}

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """What is heavy is imported when it is asked for: every command imports this package."""
        if name not in _PLACES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module  # noqa: PLC0415

        return getattr(import_module(_PLACES[name]), name)
