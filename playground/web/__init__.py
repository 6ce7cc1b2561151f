"""What every answer of the server shares: headers, compression, bodies, fragments, static files.

Not here: a page. Open web/fragments.py first.
"""
