"""A single-page relying party: the browser is the client, this process only serves its files."""
