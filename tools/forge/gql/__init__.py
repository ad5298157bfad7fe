"""The GraphQL side of the forge."""
