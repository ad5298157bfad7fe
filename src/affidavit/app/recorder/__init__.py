"""Recording from inside a program: facts are taken at once and become durable in the background."""
