"""The process in which a policy of unknown origin is evaluated, within bounds on what it uses.

It is started by `affidavit.app.policy.running` and reads lines until there are none. The bounds are
set before the bundle is read; a bundle has no means to change them.
"""

from __future__ import annotations

import resource
import sys
from contextlib import suppress
from typing import BinaryIO

import msgspec

from affidavit.app.policy.wire import Bounds, Question, Reply, Start
from affidavit.base.errors import PolicyError
from affidavit.policy.errors import EvaluationError, Failure
from affidavit.policy.regorus import Regorus


def main(lines: BinaryIO, replies: BinaryIO) -> None:
    """Answer each line of `lines` with one of `replies`; the first has the bundle."""
    start = msgspec.json.decode(lines.readline(), type=Start)
    _bound(start.bounds)
    _allow(start.bounds.seconds)
    try:
        engine = Regorus(start.bundle)
    except (PolicyError, MemoryError) as error:
        _say(replies, _failed(error))
        return
    _say(replies, Reply())
    asked = msgspec.json.Decoder(Question)
    input_ = b"{}"
    for line in lines:
        question = asked.decode(line)
        input_ = input_ if question.input is None else question.input.encode()
        _allow(start.bounds.seconds)
        _say(replies, _reply(engine, question.query, input_))


def _reply(engine: Regorus, query: str, input_: bytes) -> Reply:
    try:
        value = engine.query(query, input_).value
    except (PolicyError, MemoryError) as error:
        return _failed(error)
    return Reply(value=None if value is None else value.decode())


def _failed(error: PolicyError | MemoryError) -> Reply:
    if isinstance(error, EvaluationError):
        return Reply(failure=error.failure, message=error.message, hint=error.hint)
    return Reply(failure=Failure.LIMIT, message="the policy needs too much memory")


def _say(replies: BinaryIO, reply: Reply) -> None:
    replies.write(msgspec.json.encode(reply) + b"\n")
    replies.flush()


def _bound(bounds: Bounds) -> None:
    """Bound the memory; no file can be written and no memory is dumped."""
    for kind, most in (
        (resource.RLIMIT_AS, bounds.memory),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        # A system that does not know a bound still has that on the processor's time.
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))


def _allow(seconds: int) -> None:
    """Let this process use `seconds` more of the processor than it has used."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = int(used.ru_utime + used.ru_stime) + 1 + seconds
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (most, hard))


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
