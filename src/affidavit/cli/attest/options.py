"""Options that the commands of ``affidavit attest`` share, and how what they say is delivered."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, NoReturn

import click

from affidavit.base.text import visible
from affidavit.cli.changes.options import tell_gaps
from affidavit.cli.ledger.answers import FILE
from affidavit.cli.pages import deliver
from affidavit.cli.progress import progress

if TYPE_CHECKING:
    from pathlib import Path

    from click.decorators import FC

    from affidavit.app.attests.landing import Judged
    from affidavit.app.attests.model import Rules, Said, Signing

_ABOUT = (
    click.option("--commit", metavar="REV", required=True, help="The landing."),
    click.option("--repo", metavar="DIR", type=FILE, default=".", help="Its repository."),
    click.option("--branch", multiple=True, metavar="B", help="Branch; repeatable."),
    click.option(
        "--forge", metavar="FILE", type=FILE, help="Records of `affidavit collect`, or a ledger."
    ),
    click.option("--ledger", metavar="DIR", type=FILE, help="A ledger with facts about commits."),
    click.option(
        "--statements",
        multiple=True,
        metavar="PLACE",
        type=FILE,
        help="Signed approvals and gate decisions, as `affidavit audit` takes them; repeatable.",
    ),
    click.option("--identities", metavar="FILE", type=FILE, help="People, agents, bots (TOML)."),
    click.option("--config", metavar="FILE", type=FILE, help="Used instead of affidavit.toml."),
    click.option("--name", metavar="NAME", help="What the repository is called."),
)
_SIGNING = (
    click.option("--key-file", metavar="FILE", type=FILE, help="Sign with this key."),
    click.option(
        "--signer",
        metavar="NAME",
        help="The name of the signing key, where this account has none yet.",
    ),
    click.option("--unsigned", is_flag=True, help="The bare statement, without an envelope."),
    click.option("--output", metavar="FILE", type=FILE, help="Default: the standard output."),
    click.option("--quiet", is_flag=True, help="Do not tell how far the work is."),
)
_RULES = (
    click.option("--verifier", metavar="URI", help="Who verified it (default: this program)."),
    click.option("--policy", metavar="URI", help="The address of the policy that it is held to."),
    click.option("--policy-file", metavar="FILE", type=FILE, help="That policy, for its digest."),
)


def about(command: FC) -> FC:
    """Which landing, what is known of it, and who signs."""
    for option in reversed((*_ABOUT, *_SIGNING)):
        command = option(command)
    return command


def rules(command: FC) -> FC:
    """Who verified it by what."""
    for option in reversed(_RULES):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """The options of `about` as click gives them."""

    commit: str
    repo: Path
    branch: tuple[str, ...]
    forge: Path | None
    ledger: Path | None
    statements: tuple[Path, ...]
    identities: Path | None
    config: Path | None
    name: str | None
    key_file: Path | None
    signer: str | None
    unsigned: bool
    output: Path | None
    quiet: bool

    def judged(self) -> Judged:
        """The landing with the evidence for it.

        Raises:
            AffidavitError: Something cannot be read; see docs/errors/.
        """
        from affidavit.app.attests.landing import judged  # noqa: PLC0415 -- help stays quick
        from affidavit.app.attests.model import About  # noqa: PLC0415
        from affidavit.app.ledger.home import home  # noqa: PLC0415

        self._check()
        asked = About(
            repository=self.repo,
            revision=self.commit,
            branches=self.branch,
            name=self.name,
            config=self.config,
            identities=self.identities,
            forge=self.forge,
            statements=self.statements,
            ledger=None if self.ledger is None else home(self.ledger, self.repo),
        )
        with progress(quiet=self.quiet) as told:
            return judged(asked, told)

    def end(self, said: Said) -> NoReturn:
        """Write what is said, tell what it rests on, and end as it says."""
        from affidavit.app.attests.writing import delivered  # noqa: PLC0415 -- help stays quick

        body = delivered(said, self._check())
        if body is not None:
            deliver(body, self.output)
        tell_gaps(said.limits)
        apart = self.output is not None and str(self.output) != "-"
        for line in said.told:
            click.echo(visible(line), err=body is None or not apart)
        if body is None:
            click.echo("affidavit: nothing is stated: there is no evidence to do it", err=True)
        raise click.exceptions.Exit(said.exit_status)

    def _check(self) -> Signing:
        from affidavit.app.attests.model import Signing  # noqa: PLC0415 -- help stays quick

        return Signing(key=self.key_file, name=self.signer, unsigned=self.unsigned)


def given(options: dict[str, object]) -> Given:
    """The options of `about` taken out of `options`."""
    names = {one.name for one in fields(Given)}
    taken = {name: options.pop(name) for name in sorted(names)}
    return Given(**taken)  # type: ignore[arg-type]  # click has checked them


def rules_given(options: dict[str, object]) -> Rules:
    """What the options of `rules` say."""
    from affidavit.app.attests.model import Rules  # noqa: PLC0415 -- help stays quick
    from affidavit.app.attests.verified import VERIFIER  # noqa: PLC0415

    return Rules(
        verifier=options["verifier"] or VERIFIER,  # type: ignore[arg-type]  # click has checked
        policy=options["policy"] or "",  # type: ignore[arg-type]  # them
        policy_file=options["policy_file"],  # type: ignore[arg-type]
    )


def moment() -> str:
    """Now, as a statement has it."""
    from affidavit.app.clock import now, written  # noqa: PLC0415 -- help stays quick

    return written(now())
