"""Who is who: persons, agents and bots as declared, what they may do, and since when."""
