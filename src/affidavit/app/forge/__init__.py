"""A forge's export beside the history it tells of."""
