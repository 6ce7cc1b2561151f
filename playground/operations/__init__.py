"""What an operator sees: whether database, queue and storage work, and why a command could not.

Start with trials.py. Counters for Prometheus are in metrics.py.
"""
