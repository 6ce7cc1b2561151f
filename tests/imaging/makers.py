"""Pictures made for the tests: as phones and programs write them, and as attackers do."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from functools import cache, partial

import pillow_heif
from PIL import Image, PngImagePlugin

from tests.imaging.parsing import ADAM7

pillow_heif.register_heif_opener()

SECRETS = {
    "maker note": b"SECRET-MAKER-NOTE",
    "owner": b"SECRET-OWNER",
    "comment": b"SECRET-COMMENT",
    "xmp": b"SECRET-XMP",
}
XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>SECRET-XMP</x:xmpmeta>"
CORNERS = ((220, 30, 35), (45, 160, 60), (40, 90, 215), (245, 220, 40))
T = Image.Transpose
UNTURNED = {  # how the pixels are stored when the picture is to be seen upright
    1: None,
    2: T.FLIP_LEFT_RIGHT,
    3: T.ROTATE_180,
    4: T.FLIP_TOP_BOTTOM,
    5: T.TRANSPOSE,
    6: T.ROTATE_90,
    7: T.TRANSVERSE,
    8: T.ROTATE_270,
}


def photo(width: int = 96, height: int = 64, mode: str = "RGB") -> Image.Image:
    """Return four quarters, each of its own colour, so that every turn can be told."""
    image = Image.new(mode, (width, height), CORNERS[3])
    image.paste(CORNERS[0], (0, 0, width // 2, height // 2))
    image.paste(CORNERS[1], (width // 2, 0, width, height // 2))
    image.paste(CORNERS[2], (0, height // 2, width // 2, height))
    return image


def saved(image: Image.Image, form: str, **options: object) -> bytes:
    target = io.BytesIO()
    image.save(target, form, **options)
    return target.getvalue()


def exif(orientation: int = 1) -> bytes:
    """Return an Exif block, with its prefix, that says where, by whom and with what."""
    tags = Image.Exif()
    tags[0x0112] = orientation
    tags[0x013B] = "SECRET-OWNER"
    tags.get_ifd(0x8769)[0x927C] = b"SECRET-MAKER-NOTE"
    tags.get_ifd(0x8825).update({1: "N", 2: (48.0, 51.0, 29.0), 3: "E", 4: (2.0, 17.0, 40.0)})
    return tags.tobytes()


def stored(orientation: int, mode: str = "RGB") -> Image.Image:
    """Return the pixels of `photo` as a camera held that way stores them."""
    turn = UNTURNED[orientation]
    return photo(mode=mode) if turn is None else photo(mode=mode).transpose(turn)


def phone_jpeg(orientation: int = 1, **options: object) -> bytes:
    data = saved(
        stored(orientation),
        "JPEG",
        quality=95,
        subsampling=0,
        exif=exif(orientation),
        comment=b"SECRET-COMMENT",
        xmp=XMP,
        icc_profile=profile(),
        **options,
    )
    iptc = b"Photoshop 3.0\x008BIM SECRET-OWNER"
    return data[:2] + segment(0xED, iptc) + segment(0xE7, b"SECRET-MAKER-NOTE") + data[2:]


def full_png(orientation: int = 1, **options: object) -> bytes:
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "SECRET-COMMENT")
    text.add_text("Author", "SECRET-OWNER " * 9, zip=True)
    text.add_itxt("XML:com.adobe.xmp", XMP.decode())
    image = stored(orientation)
    return saved(image, "PNG", pnginfo=text, exif=exif(orientation), dpi=(72, 72), **options)


def full_webp(orientation: int = 1, **options: object) -> bytes:
    chosen = {"lossless": True, **options}
    return saved(stored(orientation), "WEBP", exif=exif(orientation), xmp=XMP, **chosen)


def xmp_turned(orientation: int) -> bytes:
    return (
        b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:Description "
        b'xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="%d"/></x:xmpmeta>'
    ) % orientation


def turned_by_element(orientation: int) -> bytes:
    """Return a JPEG whose XMP has the orientation as an element of its own."""
    packet = b"<x><tiff:Orientation>%d</tiff:Orientation></x>" % orientation
    return saved(stored(orientation), "JPEG", quality=95, xmp=packet)


def turned_png(keyword: str, text: str, *, packed: bool = False) -> bytes:
    told = PngImagePlugin.PngInfo()
    if keyword.startswith("XML"):
        told.add_itxt(keyword, text, zip=packed)
    else:
        told.add_text(keyword, text, zip=packed)
    return saved(stored(6), "PNG", pnginfo=told)


def raw_profile(name: str, block: bytes) -> str:
    return f"\n{name}\n{len(block):8}\n{block.hex()}\n"


TURNED_ELSEWHERE = {
    "XMP of a JPEG": lambda n: saved(stored(n), "JPEG", quality=95, xmp=xmp_turned(n)),
    "an element of XMP": turned_by_element,
    "XMP of a WebP": lambda n: saved(stored(n), "WEBP", lossless=True, xmp=xmp_turned(n)),
    "XMP of an AVIF": lambda n: saved(stored(n), "AVIF", quality=95, xmp=xmp_turned(n)),
    "XMP of a PNG": lambda n: turned_png("XML:com.adobe.xmp", xmp_turned(n).decode()),
    "packed XMP": lambda n: turned_png("XML:com.adobe.xmp", xmp_turned(n).decode(), packed=True),
    "ImageMagick's exif": lambda n: turned_png(
        "Raw profile type exif", raw_profile("exif", exif(n))
    ),
    "ImageMagick's APP1, packed": lambda n: turned_png(
        "Raw profile type APP1", raw_profile("generic profile", exif(n)), packed=True
    ),
    "a bare text": lambda n: turned_png("exif:Orientation", str(n)),
}


def interlaced(mode: str) -> bytes:
    """Return an Adam7 PNG; Pillow writes none, so it is put together here."""
    image = photo(61, 43).convert(mode)
    if "A" in mode:
        image.putalpha(200)
    raw, size = image.tobytes(), len(mode)
    lines = bytearray()
    for left, top, across, down in ADAM7:
        for y in range(top, 43, down):
            lines += b"\0"
            for x in range(left, 61, across):
                place = (y * 61 + x) * size
                lines += raw[place : place + size]
    kind = {"L": 0, "RGB": 2, "LA": 4, "RGBA": 6}[mode]
    header = struct.pack(">LLBBBBB", 61, 43, 8, kind, 0, 0, 1)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(lines))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


INTERLACED = {mode: partial(interlaced, mode) for mode in ("L", "RGB", "LA", "RGBA")}


def heic(image: Image.Image | None = None, **options: object) -> bytes:
    target = io.BytesIO()
    pillow_heif.from_pillow(image or photo()).save(target, quality=90, **options)
    return target.getvalue()


def animation(form: str, frames: int = 3) -> bytes:
    first, *others = (Image.new("RGB", (40, 30), CORNERS[n % 4]) for n in range(frames))
    return saved(first, form, save_all=True, append_images=others, duration=100)


@cache
def profile() -> bytes:
    """Return a colour profile, the same one each time: it holds the second that it was made in."""
    from PIL import ImageCms

    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def segment(marker: int, payload: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload


def chunk(kind: bytes, payload: bytes) -> bytes:
    checksum = zlib.crc32(kind + payload)
    return struct.pack(">L", len(payload)) + kind + payload + struct.pack(">L", checksum)


def png_claiming(width: int, height: int) -> bytes:
    """Return a small complete PNG whose header claims any size."""
    header = chunk(b"IHDR", struct.pack(">LLBBBBB", width, height, 8, 2, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + header + pixels + chunk(b"IEND", b"")


def png_with_bad_checksum() -> bytes:
    data = bytearray(saved(photo(), "PNG"))
    data[data.index(b"IDAT") + 6] ^= 0xFF
    return bytes(data)


def jpeg_claiming(width: int, height: int) -> bytes:
    """Return a small JPEG whose frame header claims any size."""
    data = bytearray(saved(photo(8, 8), "JPEG"))
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(data)


def jpeg_of_many_scans(scans: int) -> bytes:
    data = saved(Image.new("RGB", (3000, 3000)), "JPEG", progressive=True)
    start = data.rindex(b"\xff\xda")
    return data[:start] + data[start:-2] * scans + b"\xff\xd9"


def gif_of(frames: int, width: int = 800, height: int = 800) -> bytes:
    """Return a GIF of many frames, each claiming the whole canvas, from one frame's bytes."""
    still = saved(Image.new("P", (width, height)), "GIF")
    frame = still.index(b",", 13 + 3 * (2 << (still[10] & 7)))
    return still[:-1] + still[frame:-1] * (frames - 1) + b";"


def gif_with_a_bad_second_frame() -> bytes:
    """Return a GIF whose second frame has its parts in order and nonsense for pixels."""
    return gif_of(1)[:-1] + b",\0\0\0\0\x20\0\x20\0\0" + b"\x63\x04\xff\xff\xff\xff\0;"


def tiff_in_a_circle() -> bytes:
    return struct.pack("<2sHLHHHLLL", b"II", 42, 8, 1, 0x0100, 3, 1, 1, 8)


def zip_after(data: bytes) -> bytes:
    """Return a file that is a picture and a ZIP archive at once."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("payload.html", "<script>1</script>")
    return data + archive.getvalue()


def gif_with_script() -> bytes:
    """Return a GIF that is also a script: its width opens a comment, the end holds the code."""
    return b"GIF89a/*\x01\x00\x80\x00\x00" + b"\0" * 6 + b"*/=1;alert(1)//;"


def rare_bmp(width: int = 40, height: int = 30) -> bytes:
    """Return a whole BMP with four bits for each of four channels."""
    pixels = bytes((width * 16 + 31) // 32 * 4 * height)
    masks = struct.pack("<4L", 0x0F00, 0x00F0, 0x000F, 0xF000)
    header = struct.pack("<LllHHLLllLL", 108, width, height, 1, 16, 3, len(pixels), 0, 0, 0, 0)
    rest = masks + bytes(108 - 40 - 16)
    start = 14 + len(header) + len(rest)
    return struct.pack("<2sLLL", b"BM", start + len(pixels), 0, start) + header + rest + pixels


def jpeg_in_bmp() -> bytes:
    """Return a BMP that is an envelope around a JPEG, as printers get them."""
    inner = saved(photo(), "JPEG")
    header = struct.pack("<LllHHLLllLL", 40, 96, 64, 1, 0, 4, len(inner), 0, 0, 0, 0)
    return struct.pack("<2sLLL", b"BM", 54 + len(inner), 0, 54) + header + inner


def rare_tiff(**tags: int) -> bytes:
    """Return a whole TIFF of one strip. tags: bits, samples, form (of a sample), compression."""
    of = {"bits": 32, "samples": 3, "form": 3, "compression": 1, "photometric": 2} | tags
    strip = bytes(of["bits"] * of["samples"] * 4 * 4 // 8)
    entries = [(256, 4, 4), (257, 4, 4), (258, 3, of["bits"]), (259, 3, of["compression"])]
    entries += [(262, 3, of["photometric"]), (273, 4, 8), (277, 3, of["samples"]), (278, 4, 4)]
    entries += [(279, 4, len(strip)), (339, 3, of["form"])]
    written = b"".join(
        struct.pack("<HHLL" if kind == 4 else "<HHLHxx", tag, kind, 1, value)
        for tag, kind, value in entries
    )
    directory = struct.pack("<H", len(entries)) + written + bytes(4)
    return struct.pack("<2sHL", b"II", 42, 8 + len(strip)) + strip + directory


def rare_jpeg(marker: int, bits: int = 8) -> bytes:
    """Return a JPEG whose frame says that it is coded in another way."""
    data = bytearray(saved(photo(), "JPEG"))
    at = data.index(b"\xff\xc0")
    data[at + 1], data[at + 4] = marker, bits
    return bytes(data)


def avif_claiming(width: int, height: int) -> bytes:
    """Return an AVIF whose boxes announce another size than it has."""
    data = saved(photo(), "AVIF")
    at = data.index(b"ispe") + 8
    return data[:at] + struct.pack(">LL", width, height) + data[at + 8 :]
