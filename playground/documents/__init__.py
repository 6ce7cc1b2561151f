"""Files that outlive the server: one HTML page with everything inside, or a ZIP with a folder.

Made of what `playground.shown` lets through. Pictures are read one at a time while the file is
sent, so that a file costs the memory of its largest picture.
"""

from playground.documents.archive import as_zip
from playground.documents.names import file_name
from playground.documents.page import as_html

__all__ = ["as_html", "as_zip", "file_name"]
