"""The pages of runs and comparisons.

Open runs.py first.
"""
