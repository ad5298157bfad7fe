"""Results of CI and scanners made into facts of a ledger."""
