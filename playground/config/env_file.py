"""The file of settings: one grammar, python-dotenv's, whoever starts the process."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from dotenv import load_dotenv
from dotenv.parser import Binding, parse_stream

NAME = "ENV_FILE"
MAX_SECRET_BYTES = 64 * 1024


def read_env_file(path: Path) -> None:
    """Add what the file says to the environment, which comes first; nothing where there is none.

    Raises ImproperlyConfigured for a line that would be skipped without a word.
    """
    try:
        with path.open(encoding="utf-8") as file:
            torn = [one.original.line for one in parse_stream(file) if _is_skipped(one)]
    except FileNotFoundError:
        return
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"{path} cannot be read: {_why(error)}.") from None
    if torn:
        raise ImproperlyConfigured(f"Line {torn[0]} of {path} cannot be read. Write NAME=value.")
    load_dotenv(path)


def _is_skipped(binding: Binding) -> bool:
    return binding.error or bool(binding.key and binding.value is None)


def read_named_env_file(default: Path) -> None:
    """Read the file that ENV_FILE names, which has to be there, or else the default one."""
    named = os.environ.get(NAME, "").strip()
    path = default.parent / named if named else default
    if named and not path.is_file():
        raise ImproperlyConfigured(f"{NAME} is {named!r}, which is no file. Name one, or unset it.")
    read_env_file(path)


def read_secret_file(name: str, path: Path) -> str:
    """Return the one line of a file. name: of the variable that named it; no error shows a line."""
    try:
        with path.open("rb") as file:
            lines = file.read(MAX_SECRET_BYTES).decode("utf-8-sig").strip().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(
            f"{name} is {str(path)!r}, which cannot be read: {_why(error)}. Name another file."
        ) from None
    if len(lines) != 1:
        found = "is empty" if not lines else "has more than one line"
        raise ImproperlyConfigured(f"{name} is {str(path)!r}, which {found}. Write one line there.")
    return lines[0]


def _why(error: OSError | UnicodeDecodeError) -> str:
    return str(error.strerror) if isinstance(error, OSError) else "it is not UTF-8 text"
