"""``affidavit ledger``: one file per command."""
