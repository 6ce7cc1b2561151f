"""What the worker does with a run: claim, send, ask, finish, find again.

Open execution.py first.
"""
