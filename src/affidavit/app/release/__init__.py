"""A release: its ends found, its changes audited, what is known of it put together and sealed."""
