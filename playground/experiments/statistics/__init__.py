"""What the marks of an experiment show, and how sure that is: plain values in, plain values out.

`repeats.py` makes one verdict of a case's runs, `intervals.py` says where a share and a mean lie,
`pairs.py` decides between two variants, `forecast.py` how many more cases would, `agreement.py` how
far raters agree. Open pairs.py first.
"""
