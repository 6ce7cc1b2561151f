"""An experiment as files: one line a cell, promptfoo's results, pairs of answers to learn from.

`cells.py` reads the cells a few rows at a time, so that ten thousand take little memory.
"""
