"""A running keeper: facts come in over a socket, and many become durable together."""
