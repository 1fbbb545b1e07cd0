"""The kill matrix: every case against every broken relying party (design 9)."""
