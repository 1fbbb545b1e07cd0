"""What a person does at the RP beside signing in, and what that person sees."""
