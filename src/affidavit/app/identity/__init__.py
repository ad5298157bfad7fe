"""People and agents: versions of what is declared, its faults, and what a history suggests."""
