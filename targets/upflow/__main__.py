"""python -m targets.upflow"""

from __future__ import annotations

import os
import sys

from targets.reference.app import serve
from targets.reference.settings import SettingsError
from targets.upflow.app import create_app
from targets.upflow.settings import Upflow


def main() -> None:
    """Serves with the settings of the environment; ends with one line when that cannot be."""
    try:
        settings = Upflow.from_environment(os.environ)
    except SettingsError as error:
        sys.exit(f"upflow: {error}")
    serve(create_app(settings), settings.provider.port)


if __name__ == "__main__":
    main()
