"""Own servers and keys: which provider is asked, with which key, and what it lists.

Not here: how a provider is spoken to (providers/). Open routing.py first.
"""
