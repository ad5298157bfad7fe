"""SSH keys and signatures, who may sign with them, and what a signature proves of a hand."""
