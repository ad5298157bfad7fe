"""Statements of in-toto about a landing, made of the evidence for it and never of what is typed."""
