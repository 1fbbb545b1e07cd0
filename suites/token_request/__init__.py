"""What the RP sends to the token endpoint, and how it says who it is."""
