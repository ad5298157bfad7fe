"""Which change each line of a tree came from: landings replayed one after the other."""
