"""Runs side by side: the grid, votes, what differs.

Not here: their pages (results/). Open comparisons/differences.py first.
"""
