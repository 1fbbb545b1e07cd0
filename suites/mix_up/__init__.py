"""Cases for relying parties with several IdPs: the answer of one is never taken for that of another."""
