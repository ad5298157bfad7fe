"""What the text of a bundle shows of its rules."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from affidavit.policy.model import Module
from affidavit.policy.rules import ids_of, read_by, rules_of, trials_of

TEXT = """# deny contains "no.rule"
package shop

import data.settings

deny contains {"id": "no-friday", "msg": "input.never"} if {
\tinput.branch == "friday" # input.comment
\thurried
} else := 1

found contains against("size.small", "it is # large") if {
\tlines > 10
}

lines := input.change["added"] + input["change"].deleted
hurried if input.labels[_] == "now"
"""


def module(text: str, path: str = "shop.rego") -> Module:
    return Module(path=path, text=text)


def test_rules_are_found_with_their_lines_and_ids() -> None:
    rules = rules_of([module(TEXT)])
    assert [(one.name, one.line, one.ids) for one in rules] == [
        ("deny", 6, ("no-friday",)),
        ("found", 11, ("size.small",)),
        ("lines", 15, ()),
        ("hurried", 16, ()),
    ]
    assert ids_of(rules) == ("no-friday", "size.small")


def test_what_a_rule_reads_is_what_it_and_the_rules_it_names_mention() -> None:
    rules = rules_of([module(TEXT)])
    assert read_by(rules, "no-friday") == ("branch", "labels")
    assert read_by(rules, "size.small") == ("change.added", "change.deleted")
    assert read_by(rules, "another") == ()


def test_rules_that_name_each_other_are_looked_at_once() -> None:
    text = 'a contains "x.y" if b\nb if c\nc if b\nb if input.z\n'
    assert read_by(rules_of([module(text)]), "x.y") == ("z",)


def test_tests_are_named_by_their_package() -> None:
    names = ("test_a", "test_a", "todo_test_b", "untest_c")
    text = "package t.shop\n\n" + "".join(f"{one} if true\n" for one in names)
    (found,) = trials_of([module(text, "shop_test.rego"), module("test_d if true\n")])
    assert (found.path, found.name, found.query) == (
        "shop_test.rego",
        "test_a",
        "data.t.shop.test_a",
    )


@given(st.text(alphabet='ab_ \n\t"`#[]{}.\\input', max_size=200))
def test_any_text_can_be_looked_at(text: str) -> None:
    rules = rules_of([module(text)])
    assert all(1 <= one.line <= text.count("\n") + 1 for one in rules)
    assert all(read_by(rules, id_) is not None for id_ in ids_of(rules))
