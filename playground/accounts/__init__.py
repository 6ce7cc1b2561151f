"""People, how they sign in, and who is asking.

Not here: the pages of Settings. Open visitor.py first.
"""
