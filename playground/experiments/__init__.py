"""Experiments: cases with right answers, asked of several variants, marked and counted.

`statistics/` says what the marks show and how surely, `rules/` marks an answer by its expected
value, `sources/` reads cases out of files: plain values, without Django. Not here: runs side by
side without right answers (comparisons/).
"""
