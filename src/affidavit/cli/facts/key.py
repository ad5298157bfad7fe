"""``affidavit facts key``."""

from __future__ import annotations

import click

from affidavit.cli.ledger.answers import tell


@click.command()
@click.option(
    "--signer", metavar="NAME", help="The name of the signing key, where this account has none yet."
)
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def key(*, signer: str | None, as_json: bool) -> None:
    """Print the verifier key of what this account signs facts and receipts with.

    The key is made if there is none yet. Give the verifier key to whoever keeps a ledger that is to
    take in what it signs.
    """
    import os  # noqa: PLC0415

    from affidavit.app.clock import chance  # noqa: PLC0415
    from affidavit.app.receipts.signer import signer as signing  # noqa: PLC0415

    vkey = signing(os.environ, signer, chance).key.encode()
    if as_json:
        tell({"vkey": vkey})
    else:
        click.echo(vkey)
