"""The reference relying party: Flask and Authlib, correct on every case that the suites have."""
