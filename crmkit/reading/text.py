"""Text: which encoding it is in, and its bytes as UTF-8 whatever they were."""

from __future__ import annotations

import codecs
import gzip
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from crmkit.reading.kinds import UTF16, FileError, Found, unpacking_error

CHUNK = 1 << 22
# Chinese text pairs high bytes (GB 2312); Western letters with accents stand alone among plain ones.
PAIR = re.compile(rb"[\xa1-\xfe][\xa1-\xfe]")
HIGH = re.compile(rb"[\x80-\xff]")
BROKEN = "\ufffd"  # stands in the place of bytes that are no character
FEW = 0.01  # of the characters beyond ASCII may be broken, and it is still UTF-8


@dataclass(frozen=True)
class Text:
    """What a pass over the whole file told."""

    found: Found
    encoding: str
    note: str  # what the reader of the report should know; "" if nothing
    quoted: bool  # is there a quotation mark anywhere?
    size: int  # bytes, unpacked

    def open(self) -> io.BufferedReader:
        """The bytes in UTF-8, without a byte order mark."""
        return io.BufferedReader(_AsUtf8(self), CHUNK)


def study(found: Found) -> Text:
    """Read the whole file once: is it text, and in which encoding?

    UTF-8 (with or without a mark), UTF-16 with a mark, GB 18030 for Chinese, else
    Windows-1252.

    Raises
    ------
    FileError
        If it holds NUL bytes, is in none of these, or its packing is broken.
    """
    size, quoted, nul, high, paired = 0, False, False, 0, 0
    utf8 = codecs.getincrementaldecoder("utf-8")(errors="replace")
    begin, broken, beyond = b"", 0, 0
    for chunk in _chunks(found):
        begin = begin or chunk[:4]
        size += len(chunk)
        quoted = quoted or b'"' in chunk
        nul = nul or b"\0" in chunk
        if chunk.isascii() and not utf8.getstate()[0]:
            continue
        characters = utf8.decode(chunk)
        broken += characters.count(BROKEN)
        beyond += len(characters) - len(characters.encode("ascii", "ignore"))
        high += len(HIGH.findall(chunk))
        paired += 2 * len(PAIR.findall(chunk))
    broken += len(utf8.decode(b"", final=True))  # a character that the end of the file cuts in two
    if begin.startswith(UTF16):
        return Text(found, "utf-16", "The file is in UTF-16.", True, size)
    if nul:
        raise FileError(
            f"{found.name} holds NUL bytes, which text never does; expected CSV. Mend: export the orders as CSV anew"
        )
    encoding, note = "utf-8-sig", ""
    if broken and broken <= FEW * beyond:
        note = f"{broken:,} bytes of the file are no UTF-8; they are shown as {BROKEN}."
    elif broken:
        encoding, note = _old_encoding(found, chinese=paired > high / 2)
    return Text(found, encoding, note, quoted, size)


def _old_encoding(found: Found, *, chinese: bool) -> tuple[str, str]:
    tries = (("gb18030", "GB 18030 (Chinese)"), ("cp1252", "Windows-1252 (Western European)"))
    for codec, name in tries if chinese else tries[::-1]:
        if _decodes(found, codec):
            return codec, f"The file is not in UTF-8; it was read as {name}. Check names with accents or characters."
    raise FileError(
        f"{found.name} is neither in UTF-8 nor in GB 18030 nor in Windows-1252; expected text in one of them. "
        "Mend: save it as 'CSV UTF-8'"
    )


def _decodes(found: Found, codec: str) -> bool:
    decoder = codecs.getincrementaldecoder(codec)()
    try:
        for chunk in _chunks(found):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _chunks(found: Found) -> Iterator[bytes]:
    try:
        with found.open() as file:
            while chunk := file.read(CHUNK):
                yield chunk
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise unpacking_error(found.name) from None


class _AsUtf8(io.RawIOBase):
    """Any encoding in, UTF-8 out; broken characters stay visible."""

    def __init__(self, text: Text) -> None:
        self._file = text.found.open()
        self._decoder = codecs.getincrementaldecoder(text.encoding)(errors="replace")
        self._left = b""
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:
        while not self._left and not self._ended:
            chunk = self._file.read(CHUNK)
            self._ended = not chunk
            self._left = self._decoder.decode(chunk, final=self._ended).encode("utf-8")
        size = min(len(buffer), len(self._left))
        buffer[:size], self._left = self._left[:size], self._left[size:]
        return size

    def close(self) -> None:
        self._file.close()
        super().close()
