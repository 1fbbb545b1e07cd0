"""A relying party that is lenient wherever the specifications allow it: no case may call that a failure."""
