"""What GitHub tells of a repository, asked politely and kept with where it comes from."""
