"""A policy asked about one input that lies in a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.app.policy.engines import engines
from affidavit.base.errors import InputError, UnreadableError
from affidavit.ledger.kinds import named
from affidavit.policy.deciding import decide
from affidavit.policy.input import FORMAT, PolicyInput

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.policy.bundle import Bundle
    from affidavit.policy.model import Decision

LARGEST_INPUT = 4 << 20
"""Bytes of an input."""


def input_at(path: Path) -> PolicyInput:
    """The input in the file at `path`.

    Raises:
        InputError: It is none; the message names the field.
        UnreadableError: The file cannot be read.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_INPUT + 1)
    except OSError as error:
        raise UnreadableError(f"{path}: {error.strerror}") from error
    return input_in(data, str(path))


def input_in(data: bytes, name: str) -> PolicyInput:
    """The input in `data`, which is called `name`.

    Raises:
        InputError: It is none; the message names the field.
    """
    if len(data) > LARGEST_INPUT:
        raise InputError(f"{name} has more than {LARGEST_INPUT:,} bytes")
    try:
        found = msgspec.json.decode(data, type=PolicyInput)
    except msgspec.ValidationError as error:
        raise InputError(f"{name}: {named(error, 'input')}") from error
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise InputError(f"{name} is no JSON of an input") from error
    if found.format != FORMAT:
        raise InputError(f"{name}: input.format: it is no {FORMAT}")
    return found


def evaluated(bundle: Bundle, asked: PolicyInput, *, opa: str | None = None) -> Decision:
    """What the policy decides: here, or by the server of OPA at `opa`, which has the bundle.

    Raises:
        PolicyError: The bundle cannot be loaded, or the server says that it has another.
    """
    with engines(opa) as of:
        return decide(of(bundle), bundle, asked)
