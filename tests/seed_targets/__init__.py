"""The targets that stand for the four systems of the guides: what they accept, and what they are like on the wire."""
