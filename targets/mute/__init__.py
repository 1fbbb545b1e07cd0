"""A relying party that refuses everybody: no case may take that for a rejection of an attack."""
