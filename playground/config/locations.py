"""Where the program's own files lie, and where its data goes unless DATA_DIR says otherwise.

A checkout has templates, static files and documents beside the package; a wheel carries them
inside, built by deploy/wheel.py, and is never written to. No Django in here.
"""

import sys
from pathlib import Path

NAME = "vision-playground"
PACKAGE = Path(__file__).resolve().parents[1]
SHIPPED = PACKAGE / "shipped"
INSTALLED = SHIPPED.is_dir()
ROOT = SHIPPED if INSTALLED else PACKAGE.parent
STATIC = ROOT / "static"

# What a person types in front of the name of a command, and what starts one from here. Without
# -P a folder called playground, wherever the person stands, would come before the installed one.
COMMAND = NAME if INSTALLED else "python manage.py"
START = (
    [sys.executable, "-P", "-m", "playground"]
    if INSTALLED
    else [sys.executable, str(ROOT / "manage.py")]
)


def data_folder() -> Path:
    if not INSTALLED:
        return ROOT / "data"
    from platformdirs import user_data_path  # not asked for in a checkout

    return user_data_path(NAME, appauthor=False)


def settings_file() -> Path:
    """Not of the folder that a person stands in: other programs' settings are called so, too."""
    if not INSTALLED:
        return ROOT / ".env"
    from platformdirs import user_config_path

    return user_config_path(NAME, appauthor=False) / ".env"
