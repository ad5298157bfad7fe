"""What a merge gate asks of a change, and what it comes to. Pure: evidence in, a verdict out."""
