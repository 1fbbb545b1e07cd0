"""python -m targets.spa"""

from __future__ import annotations

import os
import sys

from targets.reference.app import serve
from targets.reference.settings import Settings, SettingsError
from targets.spa.app import create_app


def main() -> None:
    """Serves the page with the settings of the environment; a public client has no secret."""
    try:
        settings = Settings.from_environment({**os.environ, "TOKEN_ENDPOINT_AUTH_METHOD": "none"})
    except SettingsError as error:
        sys.exit(f"single-page relying party: {error}")
    serve(create_app(settings), settings.port)


if __name__ == "__main__":
    main()
