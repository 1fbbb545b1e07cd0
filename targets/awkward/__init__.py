"""Relying parties that are correct and awkward to judge: no case may fail one of them."""
