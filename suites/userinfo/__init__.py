"""What the RP takes from UserInfo, and how it asks for it."""
