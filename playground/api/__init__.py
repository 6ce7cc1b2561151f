"""The API for programs: who is let in, what is read from a request, how it is refused.

The views are in playground/api/views.py, the document in docs/openapi.json.
"""
