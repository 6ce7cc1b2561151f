"""Boxes, points and outlines in answers: what is written, how it is read, what is drawn.

`shapes.py` finds them as numbers, `readings.py` knows what numbers may mean, by whom and by what
speaks for it, `found.py` decides. Start with `found.py`. No database in here.
"""
