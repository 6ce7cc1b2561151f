"""The work queue: a hint that there is work, never the truth, which is the run's row.

Open settings.py first.
"""
