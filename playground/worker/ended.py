"""Tells the packages above that a worker has brought a run to its end."""

from django.dispatch import Signal

# Sent with `run`, after its end was written, in the worker's thread. A word may be lost with the
# worker: who needs every end looks at the rows as well.
run_ended = Signal()
