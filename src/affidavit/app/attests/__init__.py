"""Statements of in-toto about a landing, made of the evidence that was found for it."""
