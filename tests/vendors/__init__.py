"""Target files of other vendors' products, each run against a relying party that takes its shape."""
