"""Control tests: what is asked of every item of a population, and the answers."""
