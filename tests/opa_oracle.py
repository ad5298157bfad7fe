"""OPA itself, as a library: what our engine is compared with. `.ci/run` says where it lies."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Protocol, cast

import pytest

FOLDER = os.environ.get("AFFIDAVIT_OPA", "")
UNDEFINED = "undefined"
ERROR = "error"

needs_opa = pytest.mark.skipif(not FOLDER, reason="AFFIDAVIT_OPA names no folder with OPA")


class Library(Protocol):
    """An engine of the library, as far as it is used here."""

    def add_policy(self, path: str, source: str) -> None: ...
    def add_data(self, value: object) -> None: ...
    def eval_document(self, path: str, input: object = None) -> object: ...  # noqa: A002 - theirs


def library() -> Library:
    """A new engine of OPA."""
    if FOLDER not in sys.path:
        sys.path.append(FOLDER)
    return cast("Library", importlib.import_module("opa_bindings").OpaEngine())


def answer(modules: dict[str, str], path: str, input_: object, data: object = None) -> object:
    """What OPA says of ``data.<path>``: ``{"value": …}``, or `UNDEFINED` or `ERROR`."""
    engine = library()
    try:
        for name, text in modules.items():
            engine.add_policy(name, text)
        if data:
            engine.add_data(data)
        return {"value": engine.eval_document(path, input_)}
    except Exception as error:
        if type(error).__name__ == "OpaUndefinedError":
            return UNDEFINED
        if type(error).__name__ != "OpaError":
            raise
        return ERROR
