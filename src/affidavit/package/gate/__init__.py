"""The answer of the merge gate for people, programs and CI systems."""
