"""Names that are written down where releases share them; see sign_in.py."""
