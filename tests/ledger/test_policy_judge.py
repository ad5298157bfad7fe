from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from log_builder import a_checkpoint, a_key, a_note, a_witness

from affidavit.ledger import algorithm as algorithms
from affidavit.ledger.cosignature import cosign
from affidavit.ledger.note import COSIGNATURE, ML_DSA_44, Note, SigningKey
from affidavit.ledger.policy import Judgement, Policy, parse_policy

NOW = 1_800_000_000
LOG = a_key()
W1, W2, W3 = WITNESSES = [a_witness(f"w{number}.example") for number in (1, 2, 3)]
GOOD = Judgement(log=LOG.key, bad=(), unsupported=(), witnesses={}, quorum_met=True)


def a_policy(*rules: str, logs: tuple[SigningKey, ...] = (LOG,)) -> Policy:
    """A policy of `logs`, of the witnesses w1, w2 and w3, and of these rules."""
    lines = [
        *(f"log {log.key.encode()}" for log in logs),
        *(f"witness w{at} {each.key.encode()}" for at, each in enumerate(WITNESSES, 1)),
        *rules,
    ]
    return parse_policy("".join(f"{line}\n" for line in lines).encode())


def judged(note: Note, *rules: str, logs: tuple[SigningKey, ...] = (LOG,)) -> Judgement:
    return a_policy(*rules, logs=logs).judge(note, a_checkpoint())


def by(judgement: Judgement) -> list[str]:
    return list(judgement.witnesses)


def forged(note: Note) -> Note:
    """`note` with the last byte of its last signature changed."""
    *above, last = note.signatures
    spoiled = last.signature[:-1] + bytes([last.signature[-1] ^ 1])
    return replace(note, signatures=(*above, replace(last, signature=spoiled)))


def test_a_checkpoint_is_accepted_under_its_log_where_no_witness_is_asked_for() -> None:
    judgement = judged(a_note(logs=[LOG]), "quorum none")
    assert [judgement, judgement.accepted] == [GOOD, True]


def test_the_times_of_the_witnesses_are_told_by_their_names() -> None:
    note = a_note(logs=[LOG], witnesses=[W3, W1], time=NOW)
    assert judged(note, "quorum w1") == replace(GOOD, witnesses={"w1": NOW, "w3": NOW})


def test_a_time_far_in_the_future_is_told_and_left_to_the_caller() -> None:
    note = a_note(logs=[LOG], witnesses=[W1], time=2**63 - 1)
    assert judged(note, "quorum w1") == replace(GOOD, witnesses={"w1": 2**63 - 1})


@pytest.mark.parametrize(
    "keys",
    [
        pytest.param([], id="unsigned"),
        pytest.param([a_key(seed="of another")], id="another key of the log's name"),
        pytest.param([a_key("other.example")], id="another log"),
    ],
)
def test_without_a_signature_of_a_known_log_the_log_is_none(keys: list[SigningKey]) -> None:
    judgement = judged(a_note(logs=keys, witnesses=[W1]), "quorum w1")
    assert judgement == replace(GOOD, log=None, witnesses={"w1": NOW})
    assert not judgement.accepted


def test_a_log_does_not_speak_under_the_name_of_another() -> None:
    other = a_key("other.example/log")
    judgement = judged(a_note(logs=[other]), "quorum none", logs=(other, LOG))
    assert [judgement.log, judgement.accepted] == [None, False]


def test_the_second_key_of_a_log_is_as_good_as_the_first() -> None:
    new = a_key(seed="new")
    assert judged(a_note(logs=[new]), "quorum none", logs=(LOG, new)).log == new.key


@pytest.mark.parametrize("algorithm", [COSIGNATURE, ML_DSA_44])
def test_a_log_may_sign_by_cosignature(algorithm: int) -> None:
    log = a_key(algorithm=algorithm)
    judgement = judged(a_note(witnesses=[log]), "quorum none", logs=(log,))
    assert judgement == replace(GOOD, log=log.key)


def test_lines_that_the_logs_signature_leaves_out_are_not_the_logs() -> None:
    log = a_key(algorithm=ML_DSA_44)
    checkpoint = replace(a_checkpoint(), extensions=("anybody's line",))
    note = a_note(checkpoint, witnesses=[log, W1], time=NOW)
    judgement = a_policy("quorum w1", logs=(log,)).judge(note, checkpoint)
    assert judgement == replace(GOOD, log=None, witnesses={"w1": NOW})


def test_a_policy_without_logs_accepts_nothing() -> None:
    judgement = judged(a_note(logs=[LOG]), "quorum none", logs=())
    assert [judgement.log, judgement.accepted] == [None, False]


@pytest.mark.parametrize(
    ("note", "key"),
    [
        pytest.param(forged(a_note(logs=[LOG])), LOG, id="log"),
        pytest.param(forged(a_note(logs=[LOG, LOG])), LOG, id="log, good and forged"),
        pytest.param(forged(a_note(logs=[LOG], witnesses=[W1])), W1, id="witness"),
        pytest.param(forged(a_note(logs=[LOG], witnesses=[W2, W2])), W2, id="second witness"),
    ],
)
def test_a_forged_line_of_a_known_key_is_named_and_never_accepted(
    note: Note, key: SigningKey
) -> None:
    judgement = judged(note, "quorum none")
    assert [judgement.bad, judgement.accepted] == [(str(key.key),), False]
    assert judgement.witnesses == {}


def test_a_forged_line_of_an_unknown_key_says_nothing() -> None:
    note = forged(a_note(logs=[LOG], witnesses=[a_witness("stranger.example")]))
    assert judged(note, "quorum none") == GOOD


@pytest.mark.parametrize(
    ("rules", "quorums"),
    [
        (["quorum none"], ["", "1", "2", "3", "12", "13", "23", "123"]),
        (["quorum w2"], ["2", "12", "23", "123"]),
        (["group g any w1 w2 w3", "quorum g"], ["1", "2", "3", "12", "13", "23", "123"]),
        (["group g 2 w1 w2 w3", "quorum g"], ["12", "13", "23", "123"]),
        (["group g all w1 w2 w3", "quorum g"], ["123"]),
        (["group a any w1 w2", "group b all a w3", "quorum b"], ["13", "23", "123"]),
        (["group a all w1 w2", "group b any a w3", "quorum b"], ["3", "12", "13", "23", "123"]),
        (["group a all w1 w2", "group b any a w3", "quorum a"], ["12", "123"]),
    ],
)
def test_the_quorum_is_met_by_exactly_the_sets_that_its_rule_names(
    rules: list[str], quorums: list[str]
) -> None:
    sets = [set_ for size in range(4) for set_ in combinations("123", size)]
    met = []
    for each in sets:
        note = a_note(logs=[LOG], witnesses=[WITNESSES[int(number) - 1] for number in each])
        judgement = judged(note, *rules)
        assert judgement.quorum_met is judgement.accepted
        met += ["".join(each)] if judgement.accepted else []
    assert met == quorums


def test_a_witness_counts_once_however_often_it_signs() -> None:
    note = a_note(logs=[LOG], witnesses=[W1, W1, W1])
    judgement = judged(note, "group g 2 w1 w2 w3", "quorum g")
    assert [by(judgement), judgement.quorum_met] == [["w1"], False]


def test_a_name_that_is_no_witness_does_not_meet_a_quorum() -> None:
    policy = a_policy("group g all w1 w2", "quorum g")
    assert [policy.is_quorum({"g": NOW}), policy.is_quorum({"w1": 1, "w2": 1})] == [False, True]


def test_a_cosignature_of_another_checkpoint_is_bad() -> None:
    line = cosign(a_checkpoint(4), W1, NOW)
    note = a_note(logs=[LOG])
    moved = replace(note, signatures=(*note.signatures, line))
    assert judged(moved, "quorum w1") == replace(GOOD, bad=(str(W1.key),), quorum_met=False)


def test_what_cannot_be_checked_is_not_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    log = a_key(algorithm=ML_DSA_44)
    note = a_note(logs=[LOG], witnesses=[log])
    monkeypatch.setattr(algorithms, "HAS_ML_DSA", False)
    judgement = judged(note, "quorum none", logs=(LOG, log))
    assert judgement == replace(GOOD, unsupported=(str(log.key),))
    assert not judgement.accepted


def test_only_the_notes_own_checkpoint_is_judged() -> None:
    with pytest.raises(ValueError, match="not the one of the note"):
        a_policy("quorum none").judge(a_note(logs=[LOG]), a_checkpoint(4))


def test_the_largest_note_of_a_known_witness_is_judged() -> None:
    line = "x" * 500_000
    checkpoint = replace(a_checkpoint(), extensions=(line,))
    note = a_note(checkpoint, logs=[LOG], witnesses=[W1] * 99)
    assert by(a_policy("quorum w1").judge(note, checkpoint)) == ["w1"]


@given(st.data())
def test_a_quorum_of_groups_is_as_the_groups_say(data: st.DataObject) -> None:
    """A forest of groups, each over what is above it, against counting by recursion."""
    free, groups = ["w1", "w2", "w3"], dict[str, tuple[int, list[str]]]()
    for number in range(data.draw(st.integers(0, 3))):
        members = data.draw(st.lists(st.sampled_from(free), min_size=1, unique=True))
        groups[f"g{number}"] = (data.draw(st.integers(1, len(members))), members)
        free = [name for name in free if name not in members] + [f"g{number}"]
    quorum = data.draw(st.sampled_from(["w1", "w2", "w3", *groups]))
    seen = data.draw(st.sets(st.sampled_from(["w1", "w2", "w3"])))

    def met(name: str) -> bool:
        if name not in groups:
            return name in seen
        least, members = groups[name]
        return sum(map(met, members)) >= least

    rules = [f"group {name} {least} {' '.join(all_)}" for name, (least, all_) in groups.items()]
    policy = a_policy(*rules, f"quorum {quorum}")
    assert policy.is_quorum(dict.fromkeys(seen, NOW)) is met(quorum)
