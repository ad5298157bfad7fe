"""What a change is by its content, and by what a landing is found to be that change."""
