"""What an answer claims, and where the lines read in images say it. Plain values, no Django.

`answer_text.py` takes the text out of an answer's HTML, `claims.py` finds values in it, `index.py`
finds values in what was read, `trace.py` brings both together and `marking.py` writes links. Open
trace.py first.
"""
