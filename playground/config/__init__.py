"""What a setting may look like: the file it comes from, its name, and the parts of a URL.

environment.py reads the values, settings.py says what they mean. Nothing here opens a
connection.
"""
