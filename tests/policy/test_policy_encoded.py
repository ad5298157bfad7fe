from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import msgspec
import pytest
from msgspec import inspect

from affidavit.base.canonical import LARGEST, canonical
from affidavit.policy.deciding import encoded_input
from affidavit.policy.errors import EvaluationError
from affidavit.policy.input import PolicyInput
from policy_default_cases import GOLDEN
from policy_inputs import policy_input, raw, touching

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.mark.parametrize("name", GOLDEN)
def test_an_input_has_the_bytes_of_canonical_json(name: str) -> None:
    asked = policy_input(**GOLDEN[name][0])
    assert encoded_input(asked) == canonical(msgspec.to_builtins(asked))


@pytest.mark.parametrize(
    "changes",
    [
        {"paths": ["é", "𝄞", "\u2028", '"\\\n']},
        {"labels": ["é"], "score": LARGEST},
        {"change__added": -LARGEST},
        {"classes": None, "scan__open": {"low": LARGEST, "HIGH": 0, "a": 1}},
    ],
)
def test_so_has_an_input_that_is_unlike_most(changes: dict[str, object]) -> None:
    asked = policy_input(**changes)
    assert encoded_input(asked) == canonical(msgspec.to_builtins(asked))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"score": LARGEST + 1}, "score: the integer is beyond 2^53 - 1; write it as text"),
        ({"change__files": -LARGEST - 1}, "change.files: the integer is beyond 2^53 - 1; write it"),
        ({"scan__open": {"low": 2**70}}, "scan.open.low: the integer is beyond 2^53 - 1; write"),
        ({"scan__open": {"é": 1}}, "scan.open: the key '\\xe9' is not ASCII text"),
        ({"classes": {**touching(), "é": touching()["auth"]}}, "classes: the key '\\xe9' is not"),
        ({"labels": ["\ud800"]}, "a text holds half of a surrogate pair, which UTF-8 cannot say"),
    ],
)
def test_an_input_without_one_form_is_refused_with_its_place(
    changes: dict[str, object], message: str
) -> None:
    with pytest.raises(EvaluationError) as refused:
        encoded_input(policy_input(**changes))
    assert refused.value.message.startswith(f"the input: {message}")


def numbers(kind: inspect.Type, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Paths of all numbers in a type; a key of a mapping is ``auth``."""
    match kind:
        case inspect.IntType():
            yield path
        case inspect.UnionType():
            yield from chain.from_iterable(numbers(one, path) for one in kind.types)
        case inspect.StructType():
            for field in kind.fields:
                yield from numbers(field.type, (*path, field.name))
        case inspect.DictType():
            yield from numbers(kind.value_type, (*path, "auth"))
        case inspect.VarTupleType():
            assert not list(numbers(kind.item_type))


NUMBERS = list(numbers(inspect.type_info(PolicyInput)))


@pytest.mark.parametrize("path", NUMBERS, ids=".".join)
def test_every_number_of_an_input_is_held_to_the_bounds(path: tuple[str, ...]) -> None:
    whole = raw(scan__open={"auth": 1})
    *above, last = path
    part = whole
    for step in above:
        inner = part[step]
        assert isinstance(inner, dict)
        part[step] = part = dict(inner)
    part[last] = LARGEST + 1
    with pytest.raises(EvaluationError) as refused:
        encoded_input(msgspec.convert(whole, PolicyInput))
    where = ".".join(path)
    assert refused.value.message.startswith(f"the input: {where}: the integer is beyond 2^53 - 1")


def test_a_number_with_a_fraction_is_refused() -> None:
    asked = msgspec.structs.replace(policy_input(), score=1.5)
    with pytest.raises(EvaluationError, match="the input: score: no value of the profile"):
        encoded_input(asked)
