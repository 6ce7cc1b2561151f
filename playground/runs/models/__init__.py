"""The rows of a run and of what belongs to it.

Open run.py first.
"""
