"""Pictures that were uploaded or fetched, their variants and thumbnails.

Not here: their bytes (imaging/). Open store.py first.
"""
