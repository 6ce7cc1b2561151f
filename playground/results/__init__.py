"""The pages of runs and comparisons, and their news.

Open cards.py first.
"""
