"""PDF files made for the tests, byte by byte: as programs write them, and as attackers do."""

from __future__ import annotations

import zlib

A4, A7 = (595, 842), (210, 298)  # points
TEXT = b"BT /F1 40 Tf 72 700 Td (Page %d) Tj ET"


def pdf(
    pages: int = 1,
    size: tuple[int, int] = A4,
    drawing: bytes = TEXT,
    trailer: bytes = b"",
    resources: bytes = b"",
    *more: bytes,
) -> bytes:
    """Return a file of so many pages; %d in the drawing is the number of each.

    more: further objects, from number 4 + 2 × pages on.
    """
    kids = b" ".join(b"%d 0 R" % (4 + 2 * at) for at in range(pages))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, pages),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for at in range(pages):
        page = b"/Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d]" % size
        used = b"/Resources << /Font << /F1 3 0 R >> %s >>" % resources
        objects.append(b"<< %s %s /Contents %d 0 R >>" % (page, used, 5 + 2 * at))
        objects.append(stream(drawing.replace(b"%d", b"%d" % (at + 1))))
    return written([*objects, *more], trailer)


def stream(data: bytes, words: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), words, data)


def written(objects: list[bytes], trailer: bytes = b"") -> bytes:
    """Return the objects, numbered from 1, with the table that says where each is."""
    body, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    end = b"trailer << /Size %d /Root 1 0 R %s >>\nstartxref\n" % (len(objects) + 1, trailer)
    return body + head + table + end + b"%d\n%%%%EOF" % len(body)


def scanned() -> bytes:
    """A page that is one picture, without any text: red above, blue below."""
    pixels = zlib.compress(b"\xff\0\0" * 50 * 35 + b"\0\0\xff" * 50 * 35)
    words = b"/Type /XObject /Subtype /Image /Width 50 /Height 70 /ColorSpace /DeviceRGB "
    image = stream(pixels, words + b"/BitsPerComponent 8 /Filter /FlateDecode")
    drawing = b"q 595 0 0 842 0 0 cm /Im Do Q"
    return pdf(1, A4, drawing, b"", b"/XObject << /Im 6 0 R >>", image)


def locked() -> bytes:
    """A file that opens with a password only."""
    words = b"/Filter /Standard /V 1 /R 2 /Length 40 /P -4 "
    keys = b"/O <%s> /U <%s>" % (b"11" * 32, b"22" * 32)
    trailer = b"/Encrypt << %s %s >> /ID [<aa> <aa>]" % (words, keys)
    return pdf(1, A4, TEXT, trailer)


def endless() -> bytes:
    """A page that draws a form which draws two others, forty deep: no machine comes to its end."""
    depth, first = 40, 6
    forms = []
    for at in range(depth):
        inner = first + min(at + 1, depth - 1)
        last = at == depth - 1
        drawing = b"0 0 9 9 re f" if last else b"/Fm Do /Fm Do"
        words = b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] "
        forms.append(stream(drawing, words + b"/Resources << /XObject << /Fm %d 0 R >> >>" % inner))
    return pdf(1, A4, b"/Fm Do", b"", b"/XObject << /Fm 6 0 R >>", *forms)


def swollen() -> bytes:
    """A page with a picture of 30,000 × 30,000 pixels, packed into a few MB: 2.7 GB."""
    packer = zlib.compressobj(9)
    row = bytes(30_000 * 3)
    pixels = b"".join(packer.compress(row) for _ in range(3000)) + packer.flush()
    words = b"/Type /XObject /Subtype /Image /Width 30000 /Height 30000 /ColorSpace /DeviceRGB "
    image = stream(pixels, words + b"/BitsPerComponent 8 /Filter /FlateDecode")
    drawing = b"q 595 0 0 842 0 0 cm /Im Do Q"
    return pdf(1, A4, drawing, b"", b"/XObject << /Im 6 0 R >>", image)
