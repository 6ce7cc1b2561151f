"""The run: its row, its states, the index that finds it.

Not here: what works on it (worker/) and what shows it (results/). Open
models/run.py first, then transitions.py.
"""
