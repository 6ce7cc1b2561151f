"""What differs between runs and between their answers: plain values in, plain values out.

Nothing in here reads a row, a setting or a file, and every function is bounded by MAX_CHARACTERS
of each answer. None depends on the order of the columns, but for giving its results in that order.
"""
