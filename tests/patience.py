"""How long a test waits for a state: far longer than it takes, for machines that are busy.

What is reached ends the wait at once. Only what never comes costs the whole of it.
"""

PATIENCE_SECONDS = 180.0
