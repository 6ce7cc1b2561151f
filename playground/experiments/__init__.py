"""Experiments: cases with right answers, asked of several variants, marked and counted.

`statistics/` says what the marks show and how surely, as plain values. Not here: runs side by side
without right answers (comparisons/).
"""
