"""The targets that stand for the systems of the guides: what they accept, and what they are like on the wire."""
