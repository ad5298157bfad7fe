"""A small firm for the guide: a dozen pull requests, good and bad, of three weeks in January."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forge.rules import Protection, checks_rule, reviews_rule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forge.accounts import Account
    from forge.pulls import Pull
    from forge.repository import Repository
    from forge.world import World

CLAUDE = "Co-Authored-By: Claude <noreply@anthropic.com>"
STATEMENT = "I have reviewed the AI-generated code"
OWNERS = "*        @ann @ben\n/pay/    @cleo\n"
WORKFLOW = "on: [pull_request, merge_group]\njobs: {test: {runs-on: ubuntu-latest}}\n"

PEOPLE = """version = 1

[audit]
critical_paths = ["pay/**", ".github/**"]

[[person]]
name = "Ann Lee"
addresses = ["ann@firm.mail"]
accounts = ["localhost:ann", "localhost:501"]
roles = ["reviewer", "admin", "waiver-approver"]

[[person]]
name = "Ben Ode"
addresses = ["ben@firm.mail"]
accounts = ["localhost:ben", "localhost:502"]
roles = ["reviewer", "change-authority"]

[[person]]
name = "Cleo Park"
addresses = ["cleo@firm.mail"]
accounts = ["localhost:cleo", "localhost:503"]
roles = ["reviewer", "security"]

[[person]]
name = "Dan Fox"
addresses = ["dan@firm.mail", "dan.fox@home.mail"]
accounts = ["localhost:dan", "localhost:504", "localhost:dan-fox-home", "localhost:505"]
roles = ["reviewer"]

[[bot]]
name = "Merge helper"
accounts = ["localhost:merge-helper[bot]", "localhost:601"]
owner = "ann@firm.mail"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Firm:
    """Who works there, and on what. Dan has a second account that the forge takes for another."""

    shop: Repository
    ann: Account
    ben: Account
    cleo: Account
    dan: Account
    dan_too: Account
    copilot: Account
    checker: Account

    def open(self, by: Account, title: str, files: Mapping[str, str], message: str = "") -> Pull:
        """A pull request whose checks have run."""
        pull = self.shop.open(by, title, dict(files), message=message or title)
        self.check(pull.head_oid)
        return pull

    def check(self, commit: str, event: str = "pull_request") -> None:
        """Let the checks of a commit succeed."""
        self.shop.checks.passes(commit, "test", "scan", event=event)

    def at(self, day: int, hour: int = 9) -> None:
        """Let it be that day of January."""
        self.shop.world.clock.set(f"2026-01-{day:02}T{hour:02}:00:00Z")


def _founded(world: World) -> Firm:
    world.clock.set("2026-01-02T09:00:00Z")
    ann = world.account("ann", "Ann Lee", "ann@firm.mail", number=501)
    ben = world.account("ben", "Ben Ode", "ben@firm.mail", number=502)
    cleo = world.account("cleo", "Cleo Park", "cleo@firm.mail", number=503)
    dan = world.account("dan", "Dan Fox", "dan@firm.mail", number=504)
    dan_too = world.account("dan-fox-home", "Dan Fox", "dan.fox@home.mail", number=505)
    copilot = world.bot("copilot-swe-agent", number=198982749)
    checker = world.bot("merge-helper", number=601)
    shop = world.repository("firm/shop")
    shop.roles.update({ann: "admin", ben: "maintain", cleo: "write", dan: "write"})
    shop.roles.update({dan_too: "write", copilot: "write", checker: "write"})
    firm = Firm(
        shop=shop,
        ann=ann,
        ben=ben,
        cleo=cleo,
        dan=dan,
        dan_too=dan_too,
        copilot=copilot,
        checker=checker,
    )
    files = {"CODEOWNERS": OWNERS, ".github/workflows/ci.yml": WORKFLOW, "affidavit.toml": PEOPLE}
    shop.direct(ann, "Begin the shop", {**files, "shop.py": "ITEMS = []\n"})
    shop.protect("main", Protection(reviews=1, checks=("test", "scan")))
    shop.ruleset(ann, "Main branch", [reviews_rule(1), checks_rule("test", app=15368)])
    shop.environments["production"] = (ann, ben)
    return firm


def _approved_ai_change(firm: Firm) -> None:
    """An AI-written change as it should be: approved on its last commit by somebody else."""
    firm.at(5)
    code = {"cart.py": "def total(items):\n    return sum(i.price for i in items)\n"}
    pull = firm.open(firm.ann, "Add a cart", code, f"Add a cart\n\n{CLAUDE}")
    pull.request(firm.ann, firm.ben)
    pull.review(firm.ben, body=f"Read it all; the sum is right.\n\n- [x] {STATEMENT}\n")
    pull.merge(firm.ben, "squash")


def _self_merge(firm: Firm) -> None:
    """Nobody else looked."""
    firm.at(6)
    pull = firm.open(firm.dan, "Round prices", {"price.py": "ROUND = 2\n"})
    pull.merge(firm.dan, "squash")


def _approval_before_the_last_push(firm: Firm) -> None:
    """What was approved is not what was merged."""
    firm.at(7)
    pull = firm.open(firm.cleo, "Keep sessions", {"session.py": "DAYS = 1\n"})
    pull.review(firm.ann)
    pull.commit(firm.cleo, f"Keep them longer\n\n{CLAUDE}", {"session.py": "DAYS = 365\n"})
    firm.check(pull.head_oid)
    pull.merge(firm.cleo, "merge")


def _only_a_bot_approved(firm: Firm) -> None:
    """An approval, but nobody's."""
    firm.at(8)
    pull = firm.open(firm.ben, "Update the tax table", {"tax.py": "RATE = 0.2\n"})
    pull.review(firm.checker, body="Looks good.")
    pull.merge(firm.ben, "squash")


def _dismissed(firm: Firm) -> None:
    """The approval was taken back before the merge."""
    firm.at(9)
    pull = firm.open(firm.dan, "Send mails", {"mail.py": "FROM = 'shop@firm.mail'\n"})
    review = pull.review(firm.cleo)
    pull.dismiss(review, firm.cleo, "I had not seen the address list")
    pull.merge(firm.dan, "squash")


def _direct_push(firm: Firm) -> None:
    """No pull request at all."""
    firm.at(12)
    firm.shop.direct(
        firm.ann, "Quick fix of the cart", {"cart.py": "def total(items):\n    return 0\n"}
    )


def _merge_queue(firm: Firm) -> None:
    """Approved and tested in the queue, on the commit that landed."""
    firm.at(13)
    pull = firm.open(firm.cleo, "Add refunds", {"pay/refund.py": "def refund():\n    pass\n"})
    pull.review(firm.ben)
    group = pull.enqueue(firm.cleo)
    firm.check(group.commit, "merge_group")
    pull.land()


def _rebase(firm: Firm) -> None:
    """Two commits, approved, that have other ids on main."""
    firm.at(14)
    pull = firm.open(firm.ben, "Search by name", {"search.py": "def search(q):\n    return []\n"})
    more = {"search.py": "def search(q):\n    return [q]\n", "test_search.py": "assert True\n"}
    pull.commit(firm.ben, f"Find something\n\n{CLAUDE}", more)
    firm.check(pull.head_oid)
    pull.review(firm.cleo)
    pull.merge(firm.ben, "rebase")


def _updated_after_approval(firm: Firm) -> None:
    """After the approval only the base was merged in."""
    firm.at(15)
    pull = firm.open(firm.dan, "Show stock", {"stock.py": "def stock():\n    return 0\n"})
    pull.review(firm.ann)
    other = firm.open(firm.cleo, "Say how to build", {"README.md": "# shop\n\nmake\n"})
    other.review(firm.ben)
    other.merge(firm.ben, "squash")
    pull.update_branch(firm.dan)
    firm.check(pull.head_oid)
    pull.merge(firm.ann, "merge")


def _approved_by_its_prompter(firm: Firm) -> None:
    """An agent's change, approved by the person who had it made."""
    firm.at(16)
    message = "Export orders\n\nCo-authored-by: Ann Lee <ann@firm.mail>"
    pull = firm.open(
        firm.copilot, "Export orders", {"export.py": "def export():\n    ...\n"}, message
    )
    pull.assign(firm.ann, firm.copilot)
    pull.request(firm.copilot, firm.ann)
    pull.review(firm.ann)
    pull.merge(firm.ann, "squash")


def _two_accounts(firm: Firm) -> None:
    """The approval came from the author's other account."""
    firm.at(19)
    pull = firm.open(firm.dan, "Give discounts", {"discount.py": "MAX = 90\n"})
    pull.review(firm.dan_too)
    pull.merge(firm.dan, "squash")


def _emergency(firm: Firm) -> None:
    """Merged at once under a label, and reviewed afterwards."""
    firm.at(20, 22)
    pull = firm.open(firm.ben, "Stop double payment", {"pay/once.py": "ONCE = True\n"})
    pull.label(firm.ben, "emergency")
    pull.merge(firm.ben, "squash")
    firm.at(21)
    pull.review(firm.cleo, body="Looked at it afterwards.")


def _open_ones(firm: Firm) -> None:
    """One that waits, and one that was given up."""
    firm.at(22)
    firm.shop.open(firm.copilot, "Rewrite the cart", {"cart.py": "pass\n"}, draft=True)
    pull = firm.open(firm.cleo, "Try another database", {"db.py": "NAME = 'x'\n"})
    pull.close(firm.cleo)


def _shipped(firm: Firm) -> None:
    firm.at(23)
    tip = firm.shop.heads["main"]
    firm.shop.release(firm.ann, "v1.0", tip)
    made = firm.shop.deploy(firm.ben, tip, "production", ref="v1.0", state="in_progress")
    firm.shop.deployed(made, "success", by=firm.ben)


CASES = (
    _approved_ai_change,
    _self_merge,
    _approval_before_the_last_push,
    _only_a_bot_approved,
    _dismissed,
    _direct_push,
    _merge_queue,
    _rebase,
    _updated_after_approval,
    _approved_by_its_prompter,
    _two_accounts,
    _emergency,
    _open_ones,
    _shipped,
)


def fill(world: World) -> Firm:
    """Let the forge hold the firm, as it is on the 24th."""
    firm = _founded(world)
    for case in CASES:
        case(firm)
    firm.at(24)
    world.clock.tick()
    return firm
