"""Notes of git-ai that a squash or a rebase left behind, brought to what replaced their commits."""
