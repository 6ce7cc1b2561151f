"""Where an image says what an answer says: values of answers, traced to what was read in images.

`matching/` compares plain values. Open matching/trace.py first. Reading an image is not here; a
value that the reader did not find is never called wrong, for the reader misses some.
"""
