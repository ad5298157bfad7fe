"""The log as mathematics: entries, tree, checkpoints, proofs. No clock, disk or network."""
