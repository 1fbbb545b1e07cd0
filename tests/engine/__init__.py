"""Tests of suites/engine and of what cases observe."""
