"""python -m targets.openmetadata"""

from __future__ import annotations

import os
import sys

import requests

from targets.openmetadata.app import create_app
from targets.openmetadata.code_flow import Failed
from targets.openmetadata.settings import Settings, SettingsError
from targets.reference.app import serve


def main() -> None:
    """Serves with the settings of the environment; ends with one line when that cannot be."""
    try:
        settings = Settings.from_environment(os.environ)
        app = create_app(settings)
    except (SettingsError, Failed, requests.RequestException) as error:
        sys.exit(f"openmetadata: {error}")
    serve(app, settings.port)


if __name__ == "__main__":
    main()
