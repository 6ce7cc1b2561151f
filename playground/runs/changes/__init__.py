"""How whoever waits learns that a run changed, whichever process or machine changed it.

`announce` is called by whoever wrote; waits.py wakes those who wait in this process; others.py
tells other processes, and hears from them. A word that is lost costs a page the rest of its wait
and no more: the row is the truth.
"""

from playground.runs.changes.others import announce
from playground.runs.changes.waits import Wait, hub

__all__ = ["Wait", "announce", "hub"]
