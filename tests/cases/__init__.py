"""Tests of the cases' metadata and form; what the cases find is tested with the broken RPs."""
