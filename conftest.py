"""Names the pytest plugin; everything else is in `suites/_core`."""

pytest_plugins = ["suites._core.plugin"]
