"""What one press of Run becomes: a request, its rows, and more of the same afterwards.

Not here: what a press costs and may cost (spending/prices.py, limits.py), and the work on the
rows (worker/execution.py). Open create.py first.
"""
