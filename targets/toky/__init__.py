"""What is known of Toky as a relying party: a server with the code flow, whose tenants are told apart by the path."""
