"""Change records: put together from an audit, a forge's records and a ledger."""
