"""How a page that waits learns of news.

Open polls.py first.
"""
