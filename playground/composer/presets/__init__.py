"""Forms that were saved, and their links.

Open library.py first.
"""
