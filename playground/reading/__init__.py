"""What is written in an image, read on this machine: the lines, where they stand, how surely.

Nothing of Django in here. What is kept of a reading is a row of `images/models.py`. Start with
`lines.py`.
"""
