"""Files that outlive the server: one HTML page with everything inside, or a ZIP with a folder.

Made of what `playground.exports.redaction` lets through. Pictures are read one at a time while
the file is sent, so that a file costs the memory of its largest picture.
"""

from playground.exports.documents.as_html import as_html
from playground.exports.documents.as_zip import as_zip
from playground.exports.documents.names import file_name

__all__ = ["as_html", "as_zip", "file_name"]
