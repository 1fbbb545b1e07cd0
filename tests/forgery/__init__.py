"""Generated attacks: the model, the search, and what it finds in relying parties with a known weakness."""
