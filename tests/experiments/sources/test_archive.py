"""ZIP files: images beside a table, and what is refused in words."""

from __future__ import annotations

import stat
import struct
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_LZMA, ZipFile, ZipInfo

import pytest

from playground.experiments.sources.archive import MAX_ENTRIES, open_archive
from playground.experiments.sources.file_names import FileNames
from playground.experiments.sources.rows import SourceError
from tests.effort import bounded_effort
from tests.experiments.sources.made import packed

IMAGE = b"\x89PNG" + bytes(range(256))


def named(name: str, mode: int = 0) -> ZipInfo:
    info = ZipInfo(name)
    info.external_attr = mode << 16
    return info


def test_a_table_and_images_are_found_without_what_systems_add():
    files = {"set/cases.csv": "file\na.png\n", "set/img/a.png": IMAGE, "__MACOSX/set/._a.png": b""}
    archive = open_archive(packed(files | {"set/.DS_Store": b"x", "set/img/Thumbs.db": b"x"}))
    name, content = archive.table()
    assert (name, content.read()) == ("cases.csv", b"file\na.png\n")
    assert archive.images == ["img/a.png"]
    assert b"".join(archive.pieces("img/a.png", 1000)) == IMAGE


def test_folders_parted_in_windows_way_are_folders():
    stream = packed({"set/a.png": IMAGE, "set/b.png": IMAGE})
    stream = BytesIO(stream.getvalue().replace(b"set/", b"set\\"))
    assert open_archive(stream).images == ["a.png", "b.png"]


def test_names_of_macos_are_read_as_utf_8_though_it_does_not_say_so():
    name = "Bilda\u0308.png".encode()
    stream = packed({"x" * len(name): IMAGE})
    stream = BytesIO(stream.getvalue().replace(b"x" * len(name), name))
    assert open_archive(stream).images == ["Bilda\u0308.png"]


def test_names_of_old_programs_stay_as_they_are():
    stream = packed({"set/Bild.png": IMAGE})
    stream = BytesIO(stream.getvalue().replace(b"Bild.png", b"B\x84ld.png"))
    assert open_archive(stream).images == ["Bäld.png"]


@pytest.mark.parametrize(
    ("name", "encoding"), [("表示.png", "cp932"), ("图片/发票.png", "gbk"), ("Счёт.png", "cp866")]
)
def test_a_table_finds_names_that_windows_wrote_in_its_own_encoding(name, encoding):
    written = name.encode(encoding)
    stream = packed({"x" * len(written): IMAGE, "other.png": IMAGE})
    stream = BytesIO(stream.getvalue().replace(b"x" * len(written), written))
    names = FileNames(open_archive(stream).images)
    assert names.find(name) in names.names
    assert names.unnamed == {"other.png"}


def test_a_spreadsheet_beside_images_is_not_left_out_in_silence():
    with pytest.raises(SourceError, match=r"truth\.xlsx is a spreadsheet"):
        open_archive(packed({"a.png": IMAGE, "truth.xlsx": "PK"})).table()


def test_a_spreadsheet_beside_a_table_does_not_matter():
    assert open_archive(packed({"a.csv": "x", "a.xlsx": "PK"})).table()[0] == "a.csv"


def test_images_alone_need_no_table():
    assert open_archive(packed({"a.png": IMAGE, "b.JPG": IMAGE})).table() is None


def test_what_is_written_beside_data_for_people_is_no_table():
    notes = {"README.txt": "About", "LICENSE.TXT": "MIT"}
    assert open_archive(packed(notes | {"a.csv": "x", "a.png": IMAGE})).table()[0] == "a.csv"
    assert open_archive(packed(notes | {"a.png": IMAGE})).table() is None
    assert open_archive(packed({"readings.txt": "x"})).table()[0] == "readings.txt"


def test_of_several_tables_none_is_chosen():
    with pytest.raises(SourceError, match=r"Several tables: a\.csv, b\.jsonl"):
        open_archive(packed({"a.csv": "x", "b.jsonl": "{}"})).table()


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"../a.png": IMAGE}, "outside of the ZIP"),
        ({"x/../../a.png": IMAGE}, "outside of the ZIP"),
        ({"..\\a.png": IMAGE}, "outside of the ZIP"),
        ({"/etc/a.png": IMAGE}, "outside of the ZIP"),
        ({"C:\\a.png": IMAGE}, "outside of the ZIP"),
        ({named("a.png", stat.S_IFLNK | 0o777): "/etc/passwd"}, "is a link"),
        ({"a.png": IMAGE, "more.zip": b"PK"}, "packed in the ZIP once more"),
        ({}, "The ZIP is empty"),
        ({"__MACOSX/a": b""}, "The ZIP is empty"),
    ],
)
def test_what_must_not_be_unpacked_is_refused_in_words(files, reason):
    with pytest.raises(SourceError, match=reason):
        open_archive(packed(files))


def test_two_files_of_one_name_are_refused():
    stream = packed({"a.png": IMAGE, "b.png": IMAGE})
    with pytest.raises(SourceError, match=r"a\.png is in the ZIP twice"):
        open_archive(BytesIO(stream.getvalue().replace(b"b.png", b"a.png")))


def test_an_encrypted_file_is_refused():
    content = bytearray(packed({"a.png": IMAGE}).getvalue())
    content[content.rfind(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(SourceError, match="is encrypted"):
        open_archive(BytesIO(content))


def test_a_bomb_is_refused_by_what_it_says_of_itself():
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as file:
        file.writestr("a.png", bytes(50_000_000))
    with pytest.raises(SourceError, match="would grow more"):
        open_archive(stream)


def test_a_bomb_that_lies_about_its_size_gives_no_more_than_it_said():
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as file:
        file.writestr("a.png", bytes(50_000_000))
    content = bytearray(stream.getvalue())
    at = content.rfind(b"PK\x01\x02")
    content[at + 24 : at + 28] = struct.pack("<I", 1_000)
    with pytest.raises(SourceError, match=r"a\.png is damaged"):
        list(open_archive(BytesIO(content)).pieces("a.png", 10_000_000))


def test_an_entry_is_given_up_to_a_bound():
    archive = open_archive(packed({"a.png": bytes(3_000_000)}))
    with pytest.raises(SourceError, match="larger than 1 MB"):
        list(archive.pieces("a.png", 1024**2))


def test_more_files_than_fit_are_refused_before_they_are_listed():
    content = bytearray(packed({"a.png": IMAGE}).getvalue())
    content[-12:-10] = struct.pack("<H", MAX_ENTRIES + 1)
    with pytest.raises(SourceError, match="more than 20,000 files"):
        open_archive(BytesIO(content))


@pytest.mark.parametrize("content", [b"", b"PK", b"no zip", IMAGE])
def test_what_is_no_zip_is_refused(content):
    with pytest.raises(SourceError, match="no ZIP file"):
        open_archive(BytesIO(content))


def test_a_zip_that_is_cut_or_damaged_is_refused():
    content = packed({"a.png": IMAGE, "b.png": IMAGE}).getvalue()
    with pytest.raises(SourceError, match="no ZIP file"):
        open_archive(BytesIO(content[:-30]))
    damaged = content.replace(IMAGE, IMAGE[::-1], 1)
    with pytest.raises(SourceError, match=r"a\.png is damaged"):
        list(open_archive(BytesIO(damaged)).pieces("a.png", 1000))


def test_a_way_of_packing_that_may_ask_for_gigabytes_is_refused():
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_LZMA) as file:
        file.writestr("a.png", IMAGE)
    with pytest.raises(SourceError, match=r"a\.png is packed in a way that is not read"):
        open_archive(stream)


def test_five_thousand_files_do_not_take_long():
    stream = packed({f"{n}.png": IMAGE for n in range(5_000)})
    with bounded_effort():
        archive = open_archive(stream)
        assert all(b"".join(archive.pieces(name, 1000)) == IMAGE for name in archive.images)
