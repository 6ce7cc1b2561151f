"""`python -m playground`: the installed command, also where its folder is not on the path."""

from playground.operations.command_line import main

main()
