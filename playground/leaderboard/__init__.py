"""The page of models: wins, latencies, prices.

Open table.py first.
"""
