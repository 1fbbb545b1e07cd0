"""What the RP asks for, and how."""
