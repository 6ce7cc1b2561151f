"""An experiment as JSON or TOML: what it says, what is wrong with it, and its start.

The API and the command line read one shape: `fields.py` says which fields there are.
"""
