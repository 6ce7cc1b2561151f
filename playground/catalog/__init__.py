"""Which models exist, which can be run here, and what is known of them.

Not here: what they cost (spending/). Open entries.py first.
"""
