"""What people do at the targets of the four systems, in every browser that is installed."""
