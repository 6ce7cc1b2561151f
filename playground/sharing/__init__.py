"""Links that others open, what they leave out, and the pages behind them.

Open links.py first.
"""
