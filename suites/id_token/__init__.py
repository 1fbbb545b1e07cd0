"""The RP validates the ID Token before it believes a word of it."""
