"""What a recorded fact says, in a few lines for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from affidavit.app.results.recording import Recorded

_Body = "Mapping[str, object]"
_INDEPENDENT = {True: "yes", False: "no: who made the change produced this"}


def lines(done: Recorded) -> Iterator[tuple[str, str]]:
    """Each line's name and text."""
    body = done.fact.body
    yield "kind", done.fact.kind
    yield from _result(done.fact.kind, body)
    for one in cast("list[Mapping[str, object]]", body.get("differences", [])):
        where = f"file {cast('int', one['file']) + 1}, line {one['line']}"
        yield "differs", f"{where}: {one['attribute']} {one['claimed']}, counted {one['counted']}"
    if done.fact.subject is not None:
        yield "commit", str(done.fact.subject.commit)
        yield "tree", str(done.fact.subject.tree)
    producer = cast("Mapping[str, object] | None", body.get("producer"))
    yield "producer", _producer(producer)
    yield "independent", _INDEPENDENT.get(cast("bool", body.get("independent")), "unknown")
    context = cast("Mapping[str, object]", body.get("context", {}))
    if context.get("same_commit") is False:
        yield "note", "the environment names another commit"
    if withheld := cast("list[str]", body.get("withheld", [])):
        yield "left out", ", ".join(withheld)
    yield "entry", str(done.index)


def _producer(found: Mapping[str, object] | None) -> str:
    if found is None:
        return "unknown"
    how = "as given" if found["source"] == "option" else "by the environment"
    return f"{found['name']} ({how})"


def _result(kind: str, body: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    match kind:
        case "test.reported.v1":
            yield "result", f"{body['result']}: {_counts(body['cases'])}"
        case "coverage.reported.v1":
            for name in ("lines", "branches"):
                yield name, f"{body[f'{name}_covered']:,} of {body[name]:,}"
        case "scan.reported.v1":
            levels = _counts(body["levels"])
            counted = f" ({levels})" if levels else ""
            yield "result", f"{body['result']}: {body['open']:,} open{counted}"
        case "build.attested.v1":
            yield from _attested(body)
        case _:
            yield "status", str(body["status"])


def _attested(body: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    found = cast("list[Mapping[str, object]]", body["attestations"])
    others = sum(one.get("names_subject") is False for one in found)
    count = len(found) + cast("int", body["attestations_left"])
    yield "statements", f"{count:,}, their signatures not checked"
    if others:
        yield "note", f"{others:,} name another commit"
    if body["unread"]:
        yield "note", f"{body['unread']:,} lines hold no statement"


def _counts(found: object) -> str:
    counts = cast("Mapping[str, int]", found)
    return ", ".join(
        f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items() if count
    )
