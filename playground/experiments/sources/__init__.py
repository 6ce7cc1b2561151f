"""Cases out of files: tables, JSON, promptfoo's tests, and ZIP files with images beside a table.

`reading.py` chooses the reader of a file, `rows.py` is what every reader gives, `columns.py` makes
cases of rows by what each column means, `file_names.py` finds the images that they name. Open
reading.py first. Readers read on as their rows are taken. Nothing is stored here, no code of a file
is run, and no other file or address that it names is opened.
"""
