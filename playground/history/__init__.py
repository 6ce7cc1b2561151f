"""The list of all runs: filters, search, pages, what is done with ticked rows.

Open views.py first.
"""
