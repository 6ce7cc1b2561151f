"""What a press costs, what it may cost, and what was spent.

Open prices.py first.
"""
