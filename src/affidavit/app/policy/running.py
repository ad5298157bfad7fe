"""Engines where they run: in this process, or in one of their own that is bounded and ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from select import POLLIN, poll
from typing import TYPE_CHECKING

import msgspec

from affidavit.app.policy.wire import LONGEST, PATIENCE, Bounds, Question, Reply, Start
from affidavit.policy.errors import EvaluationError, Failure
from affidavit.policy.model import Answer
from affidavit.policy.regorus import NAME, Regorus

if TYPE_CHECKING:
    from affidavit.policy.bundle import Bundle
    from affidavit.policy.model import Engine

_CHUNK = 1 << 16


def engine(bundle: Bundle, *, trusted: bool) -> Engine:
    """An engine that has `bundle`.

    A bundle is `trusted` where whoever runs this could merge it, as that of the base is; any other
    is evaluated in a process of its own, with bounds on time and memory.

    Raises:
        PolicyError: The bundle's Rego cannot be parsed, or does what no policy may.
    """
    return PerThread(bundle) if trusted else Apart(bundle)


class PerThread:
    """An engine in this process that any thread may ask: each thread has its own."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._local = threading.local()
        self._own()

    @property
    def name(self) -> str:
        """The engine and its version."""
        return NAME

    def query(self, query: str, input_: bytes) -> Answer:
        """What `query` comes to for the JSON `input_`.

        Raises:
            PolicyError: The policy or the engine fails.
        """
        return self._own().query(query, input_)

    def _own(self) -> Regorus:
        found: Regorus | None = getattr(self._local, "engine", None)
        if found is None:
            found = self._local.engine = Regorus(self._bundle)
        return found


class Apart:
    """An engine in a process of its own, begun again after one that had to be ended.

    One thread at a time asks it; the others wait.
    """

    def __init__(self, bundle: Bundle, bounds: Bounds | None = None) -> None:
        self._bounds = bounds or Bounds()
        self._start = msgspec.json.encode(Start(bundle=bundle, bounds=self._bounds))
        self._lock = threading.Lock()
        self._input: bytes | None = None
        self._child: subprocess.Popen[bytes] | None = None
        with self._lock:
            self._begun()

    @property
    def name(self) -> str:
        """The engine and its version."""
        return NAME

    def query(self, query: str, input_: bytes) -> Answer:
        """What `query` comes to for the JSON `input_`.

        Raises:
            PolicyError: The policy or the engine fails, or a bound was met.
        """
        with self._lock:
            child = self._child or self._begun()
            same = self._input is not None and input_ == self._input
            question = Question(query=query, input=None if same else input_.decode())
            self._input = input_
            value = self._asked(child, msgspec.json.encode(question)).value
        return Answer(value=None if value is None else value.encode())

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._end()

    def __del__(self) -> None:
        self._end()

    def _begun(self) -> subprocess.Popen[bytes]:
        # -I: neither the environment nor the working directory adds a module.
        self._child = child = subprocess.Popen(
            [sys.executable, "-I", "-m", "affidavit.app.policy.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            cwd="/",
        )
        self._asked(child, self._start)
        return child

    def _asked(self, child: subprocess.Popen[bytes], line: bytes) -> Reply:
        assert child.stdin is not None
        try:
            child.stdin.write(line + b"\n")
            child.stdin.flush()
            reply = msgspec.json.decode(self._line(child), type=Reply)
        except (OSError, msgspec.MsgspecError):
            raise self._ended(child) from None
        if reply.failure is not None:
            raise EvaluationError(reply.failure, reply.message, hint=reply.hint)
        return reply

    def _line(self, child: subprocess.Popen[bytes]) -> bytes:
        """The next line of `child`; what there is of it where the child ended or was too slow."""
        assert child.stdout is not None
        ready = poll()
        ready.register(child.stdout, POLLIN)
        until = time.monotonic() + PATIENCE * self._bounds.seconds
        found = bytearray()
        while not found.endswith(b"\n") and len(found) <= LONGEST:
            left = until - time.monotonic()
            if left <= 0 or not ready.poll(left * 1_000):
                child.kill()
                break
            piece = os.read(child.stdout.fileno(), _CHUNK)
            if not piece:
                break
            found += piece
        return bytes(found)

    def _ended(self, child: subprocess.Popen[bytes]) -> EvaluationError:
        """The error of a process that answers no more, which is ended and forgotten."""
        try:
            status = child.wait(1)
        except subprocess.TimeoutExpired:
            status = 0
        self._end()
        if status in {-signal.SIGXCPU, -signal.SIGKILL}:
            text = f"the policy takes more than {self._bounds.seconds} seconds"
        elif status in {-signal.SIGABRT, -signal.SIGSEGV, -signal.SIGBUS}:
            text = "the policy needs too much memory, or calls itself too deep"
        else:
            text = "the policy's process gave no answer that can be read"
        return EvaluationError(Failure.LIMIT, text)

    def _end(self) -> None:
        child = getattr(self, "_child", None)
        if child is None:
            return
        self._child = self._input = None
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            # What was not written yet is written on closing, and nobody reads it any more.
            with suppress(OSError):
                if pipe is not None:
                    pipe.close()
