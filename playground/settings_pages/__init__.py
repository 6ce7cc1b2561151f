"""The pages of Settings: keys, servers, people, tokens, appearance.

Open page.py first.
"""
