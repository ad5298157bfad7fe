from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from log_builder import a_key, a_witness

from affidavit.base.errors import FormatError
from affidavit.ledger.note import COSIGNATURE, ML_DSA_44
from affidavit.ledger.policy import LARGEST_POLICY, MOST_OF_A_KIND, Group, Policy, parse_policy

LOG = a_key().key
KEYS = {name: a_witness(f"{name}.example").key for name in ("X1", "X2", "X3", "Y1", "Y2", "Y3")}
X1, X2 = KEYS["X1"].encode(), KEYS["X2"].encode()
WITNESSES = "".join(f"witness {name} {key.encode()}\n" for name, key in KEYS.items())
PUBLISHED = f"""log {LOG.encode()}

witness X1 {X1}
witness X2 {X2}
witness X3 {KEYS["X3"].encode()}
group X-witnesses 2 X1 X2 X3

witness Y1 {KEYS["Y1"].encode()}
witness Y2 {KEYS["Y2"].encode()}
witness Y3 {KEYS["Y3"].encode()}
group Y-witnesses any Y1 Y2 Y3

group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
"""
WORDS = ["log", "witness", "group", "quorum", "none", "all", "any", "1", "2", "X1", "X2", "g", "h"]
ODD = ["#", "\t", "é", "\udcff", "\r"]
NO_WITNESS = Policy(logs=(), witnesses={}, groups={}, quorum="none", log_urls={}, witness_urls={})
SAME_X1 = a_key("other.example", seed="X1.example", algorithm=COSIGNATURE).key


def read(text: str) -> Policy:
    return parse_policy(text.encode("utf-8", "surrogateescape"), "the policy")


def refusal(text: str) -> str:
    with pytest.raises(FormatError) as caught:
        read(text)
    return caught.value.message


def test_the_published_policy_is_read() -> None:
    assert read(PUBLISHED) == Policy(
        logs=(LOG,),
        witnesses=KEYS,
        groups={
            "X-witnesses": Group(2, ("X1", "X2", "X3")),
            "Y-witnesses": Group(1, ("Y1", "Y2", "Y3")),
            "X-and-Y": Group(2, ("X-witnesses", "Y-witnesses")),
        },
        quorum="X-and-Y",
        log_urls={},
        witness_urls={},
    )


@pytest.mark.parametrize(
    "text",
    [
        "quorum none\n",
        "\t quorum \t none \t\n",
        "# a comment\n   # another, é\n\n \t\nquorum none\n\n",
        "quorum none\n#\n",
    ],
)
def test_blanks_and_comments_mean_nothing(text: str) -> None:
    assert read(text) == NO_WITNESS


def test_urls_are_kept() -> None:
    policy = read(f"log {LOG.encode()} https://l.example/\nwitness X1 {X1} https://w/\nquorum X1\n")
    assert [policy.log_urls, policy.witness_urls] == [
        {LOG: "https://l.example/"},
        {"X1": "https://w/"},
    ]


def test_a_name_is_octets() -> None:
    kelvin, broken = "\N{KELVIN SIGN}", b"\xff\x80".decode("utf-8", "surrogateescape")
    policy = read(f"witness K {X1}\nwitness {kelvin} {X2}\ngroup {broken} all K\nquorum {broken}\n")
    assert [*policy.witnesses, *policy.groups, policy.quorum] == ["K", kelvin, broken, broken]


def test_no_space_but_those_of_ascii_parts_words() -> None:
    name = "a\u00a0b\u2028c\u0085"
    assert list(read(f"witness {name} {X1}\nquorum {name}\n").witnesses) == [name]


@pytest.mark.parametrize("algorithm", [COSIGNATURE, ML_DSA_44])
def test_a_witness_and_a_log_may_have_a_key_for_cosignatures(algorithm: int) -> None:
    key = a_witness("w", algorithm=algorithm).key
    text = f"log {key.encode()}\nwitness w {key.encode()}\nquorum w\n"
    assert [read(text).logs, read(text).witnesses] == [(key,), {"w": key}]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the policy has no quorum line"),
        (WITNESSES, "the policy has no quorum line"),
        ("quorum none", "the policy does not end in a newline"),
        ("quorum none\nquorum none\n", "line 2 is a second quorum line"),
        ("quorum\n", "line 1 is not of the form: quorum <name>"),
        ("quorum none none\n", "line 1 is not of the form: quorum <name>"),
        ("quorum X1\n", "line 1 names what no line above defines"),
        (f"quorum X1\nwitness X1 {X1}\n", "line 1 names what no line above defines"),
        ("Quorum none\n", "line 1 is no log, witness, group or quorum line"),
        ("include other\n", "line 1 is no log, witness, group or quorum line"),
        ("quorum none # why\n", "line 1 is not of the form"),
        ("quorum none\r\n", "line 1 has a control character"),
        ("# \x00\nquorum none\n", "line 1 has a control character"),
        ("# \x7f\nquorum none\n", "line 1 has a control character"),
        ("\n# \x0b\nquorum none\n", "line 2 has a control character"),
        ("log\n", "line 1 is not of the form: log <vkey> [<url>]"),
        (f"log {LOG.encode()} u v\n", "line 1 is not of the form: log <vkey> [<url>]"),
        ("log a+b+c\n", "line 1 is not a name, eight hex digits and base64"),
        ("log a\udcff+00000000+AQ==\n", "line 1: the name of a key is empty, or has a space"),
        (f"log {LOG.encode()}\nlog {LOG.encode()}\n", "line 2: a log has the same public key"),
        (
            f"log {a_key('a', seed='s').key.encode()}\nlog {a_key('b', seed='s').key.encode()}\n",
            "line 2: a log has the same public key as one above",
        ),
        ("witness X1\n", "line 1 is not of the form: witness <name> <vkey> [<url>]"),
        (f"witness X1 {X1} u v\n", "line 1 is not of the form: witness <name> <vkey> [<url>]"),
        (f"witness w {LOG.encode()}\n", "line 1: the key of a witness is one for cosignatures"),
        (f"witness none {X1}\n", "line 1 defines a name that is defined already"),
        (f"witness X1 {X1}\nwitness X1 {X2}\n", "line 2 defines a name that is defined already"),
        (f"witness X1 {X1}\nwitness X2 {X1}\n", "line 2: a witness has the same public key"),
        (f"witness a {X1}\nwitness b {SAME_X1.encode()}\n", "line 2: a witness has the same"),
        (f"{WITNESSES}group X1 any X2\n", "line 7 defines a name that is defined already"),
        (f"{WITNESSES}group none any X2\n", "line 7 defines a name that is defined already"),
        (f"{WITNESSES}group g any X1\ngroup g any X2\n", "line 8 defines a name that is defined"),
        (f"{WITNESSES}group g any X1\nwitness g {X1}\n", "line 8 defines a name that is defined"),
        (f"{WITNESSES}group g all\n", "line 7 is not of the form: group <name>"),
        (f"{WITNESSES}group g all g\n", "line 7 has a member that no line above defines"),
        (f"{WITNESSES}group g all none\n", "line 7 has a member that no line above defines"),
        (f"{WITNESSES}group g all X1 X1\n", "line 7 has a member that is listed in a group"),
        (f"{WITNESSES}group g any X1\ngroup h any X1\n", "line 8 has a member that is listed"),
        (f"{WITNESSES}group g 3 X1 X2\n", "line 7 asks for more members than it lists"),
        (f"{WITNESSES}group g 0 X1 X2\n", "line 7: how many must cosign is all, any or"),
        (f"{WITNESSES}group g 01 X1 X2\n", "line 7: how many must cosign is all, any or"),
        (f"{WITNESSES}group g -1 X1 X2\n", "line 7: how many must cosign is all, any or"),
        (f"{WITNESSES}group g 1.0 X1 X2\n", "line 7: how many must cosign is all, any or"),
        (
            f"{WITNESSES}group g \u0661 X1 X2\n",
            "line 7: how many must cosign is all, any or",
        ),
        (f"{WITNESSES}group g ALL X1 X2\n", "line 7: how many must cosign is all, any or"),
        (f"{WITNESSES}group g {'9' * 9999} X1\n", "line 7: how many must cosign is all, any or"),
        ("#" * LARGEST_POLICY + "\n", "the policy has more than 1048576 bytes"),
    ],
)
def test_what_breaks_a_rule_is_refused_with_its_line(text: str, message: str) -> None:
    said = refusal(text)
    assert said.startswith("the policy")
    assert message in said


@pytest.mark.parametrize("algorithm", [COSIGNATURE, ML_DSA_44])
def test_as_many_of_a_kind_are_read_as_the_bound_says(algorithm: int) -> None:
    keys = [a_witness(f"w{n}", algorithm=algorithm).key for n in range(MOST_OF_A_KIND)]
    logs = "".join(f"log {key.encode()}\n" for key in keys)
    witnesses = "".join(f"witness {key.name} {key.encode()}\n" for key in keys)
    groups = "".join(f"group g{n} any w{n}\n" for n in range(MOST_OF_A_KIND))
    policy = read(f"{logs}{witnesses}{groups}quorum g9\n")
    assert [len(policy.logs), len(policy.witnesses), len(policy.groups)] == [MOST_OF_A_KIND] * 3
    for line in (f"log {X1}", f"witness more {X2}", "group more any g1"):
        assert "beyond the 256" in refusal(f"{logs}{witnesses}{groups}{line}\nquorum none\n")


@pytest.mark.parametrize(
    "line", ["#", " ", "a", "group g all ", "quorum x\n", "log x\n", "witness a b\n"]
)
def test_the_largest_hostile_policies_are_read_or_refused(line: str) -> None:
    text = line * (LARGEST_POLICY // len(line) - 1) + "\n"
    assert refusal(text).startswith("the policy")


@given(
    st.lists(
        st.lists(
            st.sampled_from([*WORDS, *ODD, LOG.encode(), X1, X2]),
            max_size=5,
        ).map(" ".join),
        max_size=6,
    ).map("\n".join)
    | st.text()
)
def test_any_text_is_a_policy_that_keeps_the_rules_or_refused(text: str) -> None:
    try:
        policy = parse_policy(f"{text}\nquorum none\n".encode("utf-8", "replace"))
    except FormatError:
        return
    members = [member for group in policy.groups.values() for member in group.members]
    assert len(members) == len(set(members))
    assert all(1 <= group.threshold <= len(group.members) for group in policy.groups.values())
    assert set(members) <= policy.witnesses.keys() | policy.groups.keys()
    assert not policy.witnesses.keys() & policy.groups.keys()


@given(st.binary())
def test_any_bytes_are_a_policy_or_refused(data: bytes) -> None:
    with suppress(FormatError):
        assert parse_policy(data).quorum == "none"
