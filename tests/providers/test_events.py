"""Event streams by the standard's rules, held against a parser that somebody else wrote."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from httpx_sse._decoders import SSEDecoder, SSELineDecoder

from playground.providers.transport import Event, EventReader, TooLongError, events

if TYPE_CHECKING:
    from collections.abc import Iterable

STREAMS = 10_000
ENDS = (b"\n", b"\r", b"\r\n")
LINES = (
    *(b"data: one", b"data:two", b"data:  three", b"data", b"data:", b"data: a: b", b"data :x"),
    *(
        b"event: error",
        b"event:",
        b"event",
        b"id: 7",
        b"id: a\0b",
        b"id",
        b"retry: 10",
        b"retry: x",
    ),
    *(b": comment", b":", b"", b"", b"", b"", "data: å🙂\u2028\x85".encode(), b"data: \xe2\x82"),
    *(b'data: {"a":', b"data: 1}", b"unknown: field", b"\xef\xbb\xbfdata: late", b" data: x"),
)


def read(pieces: Iterable[bytes]) -> list[Event]:
    reader = EventReader()
    found = [event for piece in pieces for event in reader.take(piece)]
    return found + list(reader.end())


def told(data: bytes) -> list[tuple[str, str, str]]:
    """Return what the other parser reads; it knows no byte order mark."""
    lines, decoder = SSELineDecoder(), SSEDecoder()
    text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
    written = [*lines.decode(text), *lines.flush()] if text else []
    found = [event for line in written if (event := decoder.decode(line))]
    return [(one.event, one.data, one.id) for one in found if one.data]


def stream(chance: random.Random) -> bytes:
    lines = (chance.choice(LINES) + chance.choice(ENDS) for _ in range(chance.randrange(14)))
    mark = b"\xef\xbb\xbf" if chance.random() < 0.2 else b""
    return mark + b"".join(lines) + b"\n\n"


def cut(data: bytes, chance: random.Random) -> list[bytes]:
    places = sorted(chance.randrange(len(data) + 1) for _ in range(chance.randrange(8)))
    return [data[a:b] for a, b in zip([0, *places], [*places, len(data)], strict=True)]


def test_any_stream_cut_anywhere_is_read_as_the_other_parser_reads_it() -> None:
    chance = random.Random(17)
    differing = []
    for _ in range(STREAMS):
        data = stream(chance)
        ours = [
            (one.name, one.data, one.id)
            for one in read(cut(data, chance))
            if one.name != events.STRAY and one.data
        ]
        differing += [data] if ours != told(data) else []
    assert differing == []


def test_an_event_is_given_as_soon_as_its_last_byte_came() -> None:
    reader = EventReader()
    assert list(reader.take(b"data: a\r\r")) == [Event("message", "a")]
    assert list(reader.take(b"\ndata: b\n\n")) == [Event("message", "b")]


@pytest.mark.parametrize("last", [b"data: a", b"data: a\n", b"data: a\r"])
def test_an_event_that_the_stream_ends_in_is_not_lost(last: bytes) -> None:
    assert read([last]) == [Event("message", "a")]


def test_json_without_a_field_is_given_line_by_line_or_as_a_block() -> None:
    stray = read([b'{"a": 1}\n{"b": 2}\n{\n  "c": 3\n}\n\nerror: {}\n'])
    assert [one.data for one in stray] == ['{"a": 1}', '{"b": 2}', '{\n  "c": 3\n}', "error: {}"]


def test_the_wait_that_a_server_asks_for_is_known() -> None:
    reader = EventReader()
    list(reader.take(b"retry: 1500\nretry: soon\n\n"))
    assert reader.retry == 1500


@pytest.mark.parametrize("line", [b"data: ", b": ", b"x"])
def test_a_line_over_its_bound_is_refused(line: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "MAX_LINE_BYTES", 1000)
    with pytest.raises(TooLongError):
        read([line, *[b"y" * 100] * 11])


@pytest.mark.parametrize("line", [b"data: y\n", b"stray\n"])
def test_an_event_over_its_bound_is_refused(line: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "MAX_EVENT_BYTES", 1000)
    with pytest.raises(TooLongError):
        read([line] * 1001)


def test_a_long_line_in_small_pieces_is_looked_at_once() -> None:
    looked_at = 0

    class Counting(bytearray):
        def __iadd__(self, other: bytes) -> Counting:
            nonlocal looked_at
            looked_at += len(other)
            return super().__iadd__(other)

    reader = EventReader()
    reader._rest = Counting()
    pieces = [b"data: "] + [b"z" * 10] * 20_000
    for piece in pieces:
        list(reader.take(piece))
    assert looked_at == sum(map(len, pieces))
