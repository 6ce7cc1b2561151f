"""The page that sets up an experiment, and the list of experiments.

Open views.py first.
"""
