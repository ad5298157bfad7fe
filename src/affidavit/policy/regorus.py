"""The engine in this process: regorus, held to what a bundle may do."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING, NoReturn

import msgspec
import regorus

from affidavit.base.canonical import canonical, parsed
from affidavit.base.errors import EntryError
from affidavit.policy.belonging import keep
from affidavit.policy.bundle import LARGEST, MOST_LINES, WIDEST
from affidavit.policy.capabilities import STUBBED, why_refused
from affidavit.policy.checking import OWN, check, trees
from affidavit.policy.errors import QUERY, EvaluationError, Failure, told
from affidavit.policy.model import Answer
from affidavit.policy.narrowing import narrowing
from affidavit.policy.reads import reads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from affidavit.policy.bundle import Bundle
    from affidavit.policy.checking import Tree

NAME = f"regorus {version('gordon-to-regorus')}"
"""The engine and the version of the package that brings it."""

_V0 = "`if` keyword is required"
_HINT = (
    "in Rego v1 write `allow if {` and `deny contains msg if {`;"
    ' a bundle of v0 says rego = "v0" in policy.toml'
)


class _Expression(msgspec.Struct, frozen=True, gc=False):
    value: msgspec.Raw


class _Row(msgspec.Struct, frozen=True, gc=False):
    expressions: tuple[_Expression, ...]


class _Rows(msgspec.Struct, frozen=True, gc=False):
    result: tuple[_Row, ...] = ()


_rows = msgspec.json.Decoder(_Rows)
_all = msgspec.json.Decoder(tuple[tuple[msgspec.Raw, ...], ...])


class Regorus:
    """Evaluates a bundle. It belongs to the thread that made it.

    The engine is handed what of an input the bundle's rules can read; all of it with `whole`, which
    has the same answers and takes longer.

    Raises:
        PolicyError: The bundle's Rego cannot be parsed, or does what no policy may.
    """

    def __init__(self, bundle: Bundle, *, whole: bool = False) -> None:
        self._thread = threading.get_ident()
        self._entries = bundle.manifest.entries
        self._last: tuple[bytes, dict[str, Answer]] | None = None
        with _guarded(Failure.BUNDLE):
            self._engine = regorus.Engine()
            keep(self._engine, self)
            found = _prepared(self._engine, bundle)
            self._narrowed = narrowing(None if whole else reads(found))

    @property
    def name(self) -> str:
        """The engine and its version."""
        return NAME

    def query(self, query: str, input_: bytes) -> Answer:
        """What `query` comes to for the JSON `input_`.

        All entry points of the bundle are evaluated at once: of the second and the following, for
        the same input, the answer is there already.

        Raises:
            PolicyError: The policy fails at one of them, or the engine does.
        """
        if threading.get_ident() != self._thread:
            raise EvaluationError(Failure.ENGINE, "an engine belongs to the thread that made it")
        if not QUERY.fullmatch(query):
            raise EvaluationError(Failure.ENGINE, "a policy is asked for a path below data alone")
        if query not in self._entries:
            return self._answer(query, input_)
        if self._last is None or self._last[0] != input_:
            self._last = (input_, self._answers(input_))
        return self._last[1][query]

    def _answer(self, query: str, input_: bytes) -> Answer:
        answer = self._evaluated(self._engine.eval_query_as_json, query, input_)
        rows = _rows.decode(answer).result
        # No rows is undefined; a value of its own, such as null or a text, never looks like that.
        return Answer(value=_canonical(rows[0].expressions[0].value) if rows else None)

    def _answers(self, input_: bytes) -> dict[str, Answer]:
        # A rule is not parsed and prepared again for each input, as a query is.
        answer = self._evaluated(self._engine.eval_rule_as_json, f"data.{OWN}.answers", input_)
        return {
            entry: Answer(value=_canonical(values[0]) if values else None)
            for entry, values in zip(self._entries, _all.decode(answer), strict=True)
        }

    def _evaluated(self, evaluate: Callable[[str], str], what: str, input_: bytes) -> str:
        # Context managers would take a fortieth of a decision.
        try:
            self._engine.set_input_json(self._narrowed(input_.decode()))
            answer = evaluate(what)
            self._engine.take_prints()
        except BaseException as error:
            if found := _error(Failure.FAILED, error):
                raise found from None
            raise
        return answer


def _together(entries: tuple[str, ...]) -> str:
    """A module that asks for all `entries`: each in a list, which is empty where undefined."""
    lists = ",\n".join(f"\t[x | x := {entry}]" for entry in entries)
    return f"package {OWN}\n\nanswers := [\n{lists},\n]\n"


def _prepared(engine: regorus.Engine, bundle: Bundle) -> tuple[Tree, ...]:
    """Give `engine` the bundle; the bundle's modules as it parsed them."""
    engine.set_policy_length_config(
        max_col=4 * WIDEST, max_file_bytes=LARGEST, max_lines=MOST_LINES
    )
    engine.set_rego_v0(bundle.manifest.rego == "v0")
    engine.set_gather_prints(True)
    for module in bundle.modules:
        engine.add_policy(module.path, module.text)
    found = trees(engine.get_ast_as_json().encode())
    check(bundle, found)
    # Whatever the syntax tree did not show is refused when it is called.
    for name, arguments in STUBBED.items():
        engine.add_extension(name, arguments, _stub(name))
    engine.add_data_json(bundle.data.decode())
    engine.add_policy(f"{OWN}.rego", _together(bundle.manifest.entries))
    return found


def _stub(name: str) -> object:
    def refuse(*_: object) -> NoReturn:
        raise ValueError(f"{name} is not allowed: {why_refused(name)}")

    return refuse


@contextmanager
def _guarded(failure: Failure) -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        if found := _error(failure, error):
            raise found from None
        raise


def _error(failure: Failure, error: BaseException) -> EvaluationError | None:
    """What the engine raises as an error that says the same on every machine; None for others'."""
    if isinstance(error, RuntimeError):
        message = told(str(error))
        hint = _HINT if failure is Failure.BUNDLE and _V0 in message else ""
        return EvaluationError(failure, message, hint=hint)
    if isinstance(error, ValueError | TypeError | OverflowError):
        return EvaluationError(Failure.ENGINE, told(str(error)))
    # A panic of the engine is no Exception; its class cannot be imported.
    if type(error).__name__ == "PanicException":
        return EvaluationError(Failure.PANIC, "the engine failed in itself")
    return None


def _canonical(value: msgspec.Raw) -> bytes:
    try:
        # Without the engine's blanks it is canonical but for odd keys: then none is there twice.
        return canonical(parsed(msgspec.json.format(bytes(value), indent=-1)))
    except EntryError as error:
        raise EvaluationError(Failure.TYPE, f"an answer {error.message}") from error
