#!/usr/bin/env python
"""Django's command line. Python of any age has to be able to read this file."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - said here, where an older one can still say it
    sys.exit("This Python is too old: " + sys.version.split()[0] + ". Use 3.11 or newer: make run")

if __name__ == "__main__":
    from playground.operations.command_line import execute

    execute(sys.argv)
