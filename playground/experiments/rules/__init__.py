"""Rules that mark an answer against the expected value of its case: right or wrong, and a score.

`parse.py` reads a rule from plain JSON, `reading.py` is what every rule answers, the other modules
are one kind of rule each. Open parse.py first. Each rule is bounded in time: none depends on how
the answer or the pattern was made up. Marks by people and by models are not here.
"""
