"""What may be asked beside the prompt where a server takes it.

Open listed.py first: it has an entry for each, which form, API, command line, links, presets, files
and reruns read. What kinds of values there are is in kinds.py, JSON that a person typed in
typed_json.py.
"""
