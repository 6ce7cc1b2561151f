"""The audit log: who did what to accounts, keys, tokens, links and settings, when, from where.

Nothing that is secret or was asked of a model is in it. Open log.py first.
"""
