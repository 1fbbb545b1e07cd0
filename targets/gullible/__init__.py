"""A relying party that trusts everything: the preflight has to notice that it says nothing about security."""
