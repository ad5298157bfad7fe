"""Which identities of a history may be one person's, and by what: proposals for a person to judge.

Nothing is joined by it. What one person did under two addresses is told by what the forge says, by
an account's number or login, by the repository's ``.mailmap`` and by an equal full name, in that
order: the first that holds is the reason that is given. What is only alike is listed apart.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from enum import StrEnum
from functools import cached_property
from itertools import combinations, product
from typing import TYPE_CHECKING

import msgspec

from affidavit.base.address import folded_address
from affidavit.base.text import shortened, visible
from affidavit.changes.people import GENERIC_NAMES, Who, shared_address
from affidavit.changes.same_hand import likeness, same_hand
from affidavit.identity.account import Account, noreply

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

COMMON = 3
"""A likeness that more groups than these share tells nobody from anybody."""
USUAL = 10
"""A name that fewer than one in so many commits of an address bear is not its usual one."""
SPELLINGS = 8
"""Spellings of an address that are compared with those of another."""
MOST_PERHAPS = 500
"""Likenesses that are listed."""
COMMITS = 3
"""Commits that are named for one reason."""


class Strength(StrEnum):
    """How strong a reason is, the strongest first."""

    FORGE = "forge"
    """The forge itself ties the address to the account."""
    ACCOUNT = "account"
    """Both addresses name one account."""
    MAILMAP = "mailmap"
    """The repository's ``.mailmap`` says so."""
    NAME = "name"
    """Both are usually typed with one full name."""
    ALIKE = "alike"
    """Something about them is alike."""


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """An identity of the history, with the newest of its commits and how many there are."""

    who: Who
    count: int
    commits: tuple[str, ...]


class Tie(msgspec.Struct, frozen=True, kw_only=True):
    """An address that the forge ties to an account, and the commits of which it says so."""

    address: str
    account: Account
    commits: tuple[str, ...]


class Mapped(msgspec.Struct, frozen=True, kw_only=True):
    """An address that a line of ``.mailmap`` gives to another."""

    address: str
    to: str
    line: int


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why `one` and `other`, addresses or accounts, may be one person's."""

    one: str
    other: str
    strength: Strength
    because: str
    commits: tuple[str, ...]


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """An address or the spellings of an account; `reason` is None for the first of a group.

    `label` is what a reason calls it.
    """

    label: str
    address: str | None
    accounts: tuple[Account, ...]
    count: int
    commits: tuple[str, ...]
    reason: Reason | None


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """What is likely to be one person's."""

    name: str
    parts: tuple[Part, ...]


class Node:
    """An address, or an account that no address names."""

    def __init__(self, label: str, address: str | None) -> None:
        self.label = label
        self.address = address
        self.accounts: dict[Account, None] = {}
        self.seen: list[Seen] = []

    @property
    def commits(self) -> tuple[str, ...]:
        """Some commits that name it."""
        return tuple(dict.fromkeys(one for seen in self.seen for one in seen.commits))[:COMMITS]

    @property
    def count(self) -> int:
        """How many commits name it."""
        return sum(one.count for one in self.seen)

    @cached_property
    def usual(self) -> dict[str, str]:
        """The full names, folded, that it is usually typed with, each with a commit that has it.

        One that is typed now and then may be a slip.
        """
        counts: Counter[str] = Counter()
        commits: dict[str, str] = {}
        for one in self.seen:
            for name in sorted(_full_names(one.who)):
                counts[name] += one.count
                commits.setdefault(name, one.commits[0])
        return {name: commits[name] for name in counts if counts[name] * USUAL >= self.count}

    def part(self, reason: Reason | None) -> Part:
        """It, as a part of a group."""
        return Part(
            label=self.label,
            address=self.address,
            accounts=tuple(self.accounts),
            count=self.count,
            commits=self.commits,
            reason=reason,
        )


class Joins:
    """The groups of one history's persons."""

    def __init__(
        self, seen: Iterable[Seen], ties: Sequence[Tie], mailmap: Sequence[Mapped]
    ) -> None:
        self.nodes: dict[str, Node] = {}
        self._above: dict[str, str] = {}
        self._edges: defaultdict[str, list[tuple[str, Reason]]] = defaultdict(list)
        for one in seen:
            email = one.who.raw.email
            if not shared_address(email):
                self._address(email).seen.append(one)
        self._tie(ties)
        self._by_account()
        self._by_mailmap(mailmap)
        self._by_name()

    def groups(self) -> list[Group]:
        """Everything that has two addresses or accounts, in the order of the history."""
        together: dict[str, list[Node]] = {}
        for key, node in self.nodes.items():
            together.setdefault(self._top(key), []).append(node)
        return [
            Group(name=_name(nodes), parts=tuple(self._parts(nodes)))
            for nodes in together.values()
            if len(nodes) > 1 and _several(nodes)
        ]

    def perhaps(self) -> Iterator[Reason]:
        """Pairs of different groups that are only alike, each once, the first `MOST_PERHAPS`."""
        told: set[tuple[str, str]] = set()
        for one, other in dict.fromkeys(self._alike()):
            tops = self._top(one.label), self._top(other.label)
            pair = (min(tops), max(tops))
            if tops[0] == tops[1] or pair in told:
                continue
            found = _likeness(one, other)
            if found:
                told.add(pair)
                clause, commits = found
                reason = _reason(one, other, Strength.ALIKE, clause)
                yield msgspec.structs.replace(reason, commits=commits)
            if len(told) >= MOST_PERHAPS:
                return

    def _address(self, email: str) -> Node:
        key = folded_address(email)
        node = self.nodes.get(key)
        if node is None:
            named = noreply(key)
            node = self.nodes[key] = Node(key, None if named else email)
            self._above[key] = key
            if named:
                node.accounts[named] = None
        return node

    def _account(self, account: Account) -> Node:
        number = account.number is not None
        plain = Account(account.host, number=account.number) if number else account
        key = str(plain)
        node = self.nodes.get(key)
        if node is None:
            node = self.nodes[key] = Node(key, None)
            self._above[key] = key
        node.accounts[account] = None
        return node

    def _tie(self, ties: Sequence[Tie]) -> None:
        for tie in ties:
            if not shared_address(tie.address):
                one, other = self._address(tie.address), self._account(tie.account)
                because = f"{tie.account.host} ties the address to the account"
                reason = _reason(one, other, Strength.FORGE, because)
                self._join(msgspec.structs.replace(reason, commits=tie.commits[:COMMITS]))

    def _by_account(self) -> None:
        first: dict[tuple[str, int], Node] = {}
        logins: dict[tuple[str, str], list[Node]] = {}
        for node in self.nodes.values():
            for one in node.accounts:
                if one.number is not None:
                    other = first.setdefault((one.host, one.number), node)
                    because = f"both are account number {one.number} of {one.host}"
                    self._join(_reason(other, node, Strength.ACCOUNT, because))
                if one.login:
                    logins.setdefault((one.host, one.login), []).append(node)
        for (host, login), nodes in logins.items():
            # A login that was given up may be somebody else's: two numbers are two accounts.
            if len({number for node in nodes for number in _numbers(node, host)}) < 2:
                because = f'both are the account "{login}" of {host}'
                for node in nodes[1:]:
                    self._join(_reason(nodes[0], node, Strength.ACCOUNT, because))

    def _by_mailmap(self, mailmap: Sequence[Mapped]) -> None:
        for one in mailmap:
            here = self.nodes.get(folded_address(one.address))
            there = self.nodes.get(folded_address(one.to))
            if here and there:
                because = f".mailmap says so in line {one.line}"
                self._join(_reason(there, here, Strength.MAILMAP, because))

    def _by_name(self) -> None:
        first: dict[str, tuple[Node, str]] = {}
        for node in self.nodes.values():
            for name, commit in node.usual.items():
                other, there = first.setdefault(name, (node, commit))
                because = f'both were typed "{visible(shortened(name, 100))}"'
                reason = _reason(other, node, Strength.NAME, because)
                commits = tuple(dict.fromkeys((there, commit)))
                self._join(msgspec.structs.replace(reason, commits=commits))

    def _join(self, reason: Reason) -> None:
        one, other = self._top(reason.one), self._top(reason.other)
        if one != other:
            self._above[other] = one
            self._edges[reason.one].append((reason.other, reason))
            self._edges[reason.other].append((reason.one, reason))

    def _top(self, key: str) -> str:
        while self._above[key] != key:
            self._above[key] = key = self._above[self._above[key]]
        return key

    def _parts(self, nodes: Sequence[Node]) -> Iterator[Part]:
        """The nodes, each after the one that it is joined to, beginning with the busiest."""
        first = max(nodes, key=lambda node: node.count)
        waiting: list[tuple[str, Reason | None]] = [(first.label, None)]
        done = {first.label}
        while waiting:
            key, reason = waiting.pop(0)
            yield self.nodes[key].part(reason)
            for other, why in self._edges[key]:
                if other not in done:
                    done.add(other)
                    waiting.append((other, why))

    def _alike(self) -> Iterator[tuple[Node, Node]]:
        """Nodes that have something in common that few others have."""
        by: defaultdict[str, dict[str, Node]] = defaultdict(dict)
        for key, node in self.nodes.items():
            for seen in node.seen:
                for word in sorted(_likely(seen.who) - node.usual.keys()):
                    by[word].setdefault(self._top(key), node)
        for nodes in by.values():
            if 1 < len(nodes) <= COMMON:
                yield from combinations(nodes.values(), 2)


def _reason(one: Node, other: Node, strength: Strength, because: str) -> Reason:
    commits = tuple(dict.fromkeys((*one.commits[:1], *other.commits[:1])))
    return Reason(
        one=one.label, other=other.label, strength=strength, because=because, commits=commits
    )


def _numbers(node: Node, host: str) -> set[int]:
    return {one.number for one in node.accounts if one.host == host and one.number is not None}


def _full_names(who: Who) -> set[str]:
    """Names of two words or more: a shorter one is many people's."""
    return {name for name in who.names if " " in name and name not in GENERIC_NAMES}


def _likely(who: Who) -> frozenset[str]:
    """Words under which somebody that is alike may stand."""
    return who.handles | who.abbreviated | who.names


def _likeness(one: Node, other: Node) -> tuple[str, tuple[str, ...]] | None:
    """By what two nodes are alike, and the newest commits of the spellings that are."""
    pairs = list(product(one.seen[:SPELLINGS], other.seen[:SPELLINGS]))
    for sure in (True, None):
        for left, right in pairs:
            if same_hand(left.who, right.who) is sure:
                clause = likeness(left.who, right.who) or "a name of each is the same"
                return clause, tuple(dict.fromkeys((*left.commits[:1], *right.commits[:1])))
    return None


def _name(nodes: Sequence[Node]) -> str:
    """The full name that most commits were typed with, else any name."""
    names: Counter[str] = Counter()
    for node in nodes:
        for one in node.seen:
            names[" ".join(one.who.raw.name.split())] += one.count
    logins = [one.login for node in nodes for one in node.accounts if one.login]
    usual = sorted(names, key=lambda name: (" " not in name, -names[name], name))
    return next((name for name in (*usual, *logins) if name), nodes[0].label)


def _several(nodes: Sequence[Node]) -> bool:
    """Whether they are more than one account under one login."""
    accounts = [one for node in nodes for one in node.accounts]
    numbers = {(one.host, one.number) for one in accounts if one.number is not None}
    logins = {(one.host, one.login) for one in accounts}
    addresses = {node.address for node in nodes} - {None}
    return len(addresses) + max(len(numbers), len(logins)) > 1
