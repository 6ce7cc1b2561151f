"""Comparisons without names: votes, win rates, and what keeps the names out.

Open voting.py first.
"""
