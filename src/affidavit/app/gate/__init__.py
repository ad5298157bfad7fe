"""The merge gate: what is judged is read, held against its requirements, and the answer kept."""
