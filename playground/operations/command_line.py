"""The command `vision-playground`, and how every command ends that cannot do its work."""

import os
import sys

from playground import VERSION
from playground.config.locations import INSTALLED, NAME

HELP = f"""\
usage: {NAME} [COMMAND] [OPTION ...]

Without a command: serve.

  serve                migrate, start web and worker on this machine, print the address
  run PROMPT           ask: start a run, wait for its end, print the answer (--image FILE)
  experiment FILE      ask every case with every variant, print which is right how often
  worker               carry runs; as many of these as wanted
  migrate              make the database as new as the program
  backup               copy the SQLite database into the data folder
  restored             after putting back an older copy, before a worker starts
  check                whether the settings are right
  createadmin NAME     the first account of a playground with accounts, or another one
  adopt NAME           hand what was made without sign-in to an account
  changepassword NAME  a new password for an account
  forgetfactors NAME   remove the second factors of who lost theirs
  rotatekeys           encrypt the stored keys with the first of KEY_ENCRYPTION_KEYS
  recount              count the last month's runs by model and day again
  apidocs              write docs/openapi.json and docs/schemas/ anew, in a checkout
  seedruns NUMBER      add runs that nobody asked, to show or measure a full playground

  {NAME} COMMAND --help says more about one of them; --version is the version.
  Settings come from the environment: PORT=9000 {NAME}
"""
MISSING = (
    "The library {} is missing from {}. Install the playground again."
    if INSTALLED
    else "The library {} is missing from {}. Run: make install, then .venv/bin/python manage.py"
)


def main() -> None:
    """Do what `vision-playground` and its arguments say."""
    words = sys.argv[1:] or ["serve"]
    if words[0] == "--version":
        print(VERSION)  # noqa: T201 - what was asked for
    elif words[0] == "--help" or words == ["help"]:
        print(HELP, end="")  # noqa: T201
    elif words[0].startswith("-"):
        sys.exit(f"{words[0]} is no option here. See: {NAME} --help")
    else:  # a shell may name the settings of another Django project
        os.environ["DJANGO_SETTINGS_MODULE"] = "playground.settings"
        execute([NAME, *words])


def execute(arguments: list[str]) -> None:
    """Run one of Django's commands; what somebody has to mend is said in one line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "playground.settings")
    try:
        from django.core.management import execute_from_command_line

        execute_from_command_line(arguments)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        words = None if "--traceback" in arguments else _in_a_line(error)
        if words is None:
            raise
        sys.exit(words)


def _in_a_line(error: Exception) -> str | None:
    if isinstance(error, ModuleNotFoundError):
        ours = (error.name or "playground").startswith(("playground", "tests"))
        return None if ours else MISSING.format(error.name, sys.executable)
    from playground.operations.failures import in_a_line

    return in_a_line(error)
