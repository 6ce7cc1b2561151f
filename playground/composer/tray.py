"""The pictures of one form, in the order they are sent: stored ones, new files, addresses.

Gathers what can be kept and says about the rest why not. Keeping a picture is not running it:
what no run uses is swept after a day.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.templatetags.static import static

from playground import imaging
from playground.composer import examples
from playground.composer.pdf_pages import FirstPages, PdfChoice
from playground.images import pdfs, store
from playground.images.models import Image
from playground.imaging.pdf import is_pdf
from playground.sharing import opened
from playground.submission.request import AttachedImage
from playground.web.formatting import MAX_SENTENCES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.core.files.uploadedfile import UploadedFile

    from playground.accounts.visitor import Visitor
    from playground.exports.redaction import ShownImage
    from playground.runs.models.run import Run

SHA256 = re.compile(r"[0-9a-f]{64}(/|$)")
MAX_URL_LENGTH = 2048
MAX_LOOKED_AT = 2 * imaging.limits.MAX_IMAGES  # tiles of one form, and lines: each by itself
MAX_LINES_LENGTH = 40_000  # characters
MAX_NAME = 200  # characters of the name of a file, its extension among them
MAX_EXTENSION = 12
TOO_MANY_COPIES = (
    f"A run takes at most {imaging.limits.MAX_IMAGES} images. The others were left out."
)
PDF_GONE = "A PDF is no longer kept here. Add it again."
is_address = URLValidator(schemes=["http", "https"])


def refusal_of(address: str) -> str:
    """Return why no image can be had from an address that was typed, and what to do; or nothing."""
    shown = address if len(address) <= 80 else f"{address[:80]}…"
    if address.lower().startswith("data:"):
        return "A data: address holds the image itself. Save it as a file and upload that."
    if any(map(str.isspace, address)):
        return f"{shown} has a space in it. Write %20 for it, and each address on its own line."
    if len(address) > MAX_URL_LENGTH:
        return f"An address is over {MAX_URL_LENGTH} characters. Upload the image instead."
    try:
        is_address(address)
    except ValidationError:
        return f"{shown} is not an http or https address. Correct it, or upload the image."
    return ""


def name_of_file(name: str) -> str:
    """Cut a long name before its extension, without which no program opens what is downloaded."""
    name = name.replace("\x00", "")  # PostgreSQL stores no NUL
    stem, dot, extension = name.rpartition(".")
    if len(name) <= MAX_NAME or not dot or len(extension) > MAX_EXTENSION:
        return name[:MAX_NAME]
    return f"{stem[: MAX_NAME - len(extension) - 1]}.{extension}"


@dataclass(frozen=True)
class TrayEntry:
    """One tile: its value in the form, and how it looks."""

    reference: str
    label: str
    thumbnail: str = ""

    @classmethod
    def of(cls, attached: AttachedImage) -> TrayEntry:
        if attached.image:
            name = attached.name or f"{attached.image.width}×{attached.image.height}"
            # The name travels with the tile, since the picture is known by its content alone.
            reference = f"{attached.reference}/{attached.name}".rstrip("/")
            return cls(reference, name, attached.image.thumbnail_url)
        host = urlsplit(attached.url).hostname or attached.url
        return cls(attached.reference, f"{host}, not kept" if attached.as_address else host)

    @classmethod
    def of_example(cls, example: examples.Example) -> TrayEntry:
        return cls(f"example:{example.name}", example.alt, static(example.static_name))

    @classmethod
    def of_link(cls, image: ShownImage, token: str) -> TrayEntry:
        """A picture that a share link shows, still to be taken over when the form is sent."""
        if not image.stored:
            return cls.of(AttachedImage(url=image.address, as_address=image.as_address))
        name = image.picture.rstrip("/").rpartition("/")[2]
        return cls(f"share:{token}/{name}", f"Image {image.number}", image.thumbnail)

    @classmethod
    def all_of(cls, run: Run) -> list[TrayEntry]:
        images = run.images.select_related("image")
        return [cls.of(AttachedImage.of(entry)) for entry in images]


@dataclass
class Tray:
    """What was gathered, and what was refused. Stored pictures only as far as the visitor sees."""

    visitor: Visitor
    attached: list[AttachedImage] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    rejected: list[str] = field(default_factory=list)  # addresses, as they were typed
    copied: int = 0  # pictures that were read and stored for their tiles, each a good deal of work
    unseen: int = 0  # what came after as many as are looked at
    pages: FirstPages | None = None  # of each PDF, for programs; None: a person is asked
    pdfs: list[PdfChoice] = field(default_factory=list)  # whose pages are still to be chosen

    @property
    def words(self) -> list[str]:
        """What is wrong: the first of it, and how much was left out."""
        words, more = self.errors[:MAX_SENTENCES], len(self.errors) - MAX_SENTENCES
        if more > 0:
            words.append(f"And {more:,} more.")
        if self.unseen:
            words.append(f"{self.unseen:,} more were not looked at. Shorten the list.")
        return words

    def add_references(self, references: Sequence[str]) -> None:
        """Add tiles that a page already showed: stored pictures, examples, addresses."""
        for reference in self._some(references):
            if SHA256.match(reference):
                self._add_stored(*reference.partition("/")[::2])
            elif reference.startswith("address:"):
                self._add_address(reference.removeprefix("address:"), as_address=True)
            elif reference.startswith(("share:", "example:")):
                self._add_copy(*reference.partition(":")[::2])
            elif reference.strip():
                self._add_address(reference.strip())
        self._check_count()

    def _add_stored(self, sha256: str, name: str) -> None:
        image = Image.objects.visible_to(self.visitor).filter(pk=sha256).first()
        if image:
            name = name_of_file(name)
            self.attached.append(AttachedImage(image=image, name=name))
        else:
            self.errors.append(store.GONE)

    def _add_copy(self, kind: str, name: str) -> None:
        """A picture to be taken over. No page offers more of them than a run takes."""
        self.copied += 1
        if self.copied > imaging.limits.MAX_IMAGES:
            self.errors = [*dict.fromkeys([*self.errors, TOO_MANY_COPIES])]
        elif kind == "share":
            self._add_shared(name)
        else:
            self._add_example(name)

    def _add_shared(self, reference: str) -> None:
        """A picture of a share link becomes one's own: the bytes without metadata."""
        token, _, name = reference.replace("\x00", "").partition("/")
        try:
            image = opened.copy_of_picture(opened.open_link(token), name, self.visitor.account)
        except (opened.GoneError, FileNotFoundError):
            self.errors.append("The link that an image came from has ended. Add the image again.")
        else:
            self.attached.append(AttachedImage(image=image))

    def _add_example(self, name: str) -> None:
        example = examples.find(name)
        if example:
            image = store.store(example.path.read_bytes(), example.path.name, self.visitor.account)
            self.attached.append(AttachedImage(image=image, name=example.alt))

    def add_files(self, files: list[UploadedFile[Any]]) -> None:
        if sum(file.size or 0 for file in files) > imaging.limits.MAX_FORM_BYTES:
            limit = imaging.limits.MAX_FORM_BYTES // 2**20
            self.errors.append(f"The images are over {limit} MB together. Send fewer at once.")
            return
        most = imaging.limits.MAX_IMAGES
        if len(self.attached) + len(files) > most:  # before any of them is decoded
            over = len(self.attached) + len(files) - most
            self.errors.append(f"A run takes at most {most} images. Remove {over} and run again.")
            return
        for left, file in zip(range(len(files) - 1, -1, -1), files, strict=True):
            self.add_file(file, most - len(self.attached) - left)

    def add_file(self, file: UploadedFile[Any], room: int = imaging.limits.MAX_IMAGES) -> None:
        """Store one file, or say in `errors` why not. room: how many pages it may bring at most."""
        name, account = name_of_file(str(file.name or "")), self.visitor.account
        try:
            if (file.size or 0) > imaging.limits.MAX_BYTES:
                raise imaging.over_bytes(file.size or 0).about(name)
            data = file.read()
            if not is_pdf(data):
                image = store.store(data, name, account)
                self.attached.append(AttachedImage(image=image, name=name))
            elif self.pages:
                numbers = self.pages.of(data, name, room)
                self._add_pages(data, name, numbers, self.pages.dpi)
            else:
                self.pdfs.append(PdfChoice.first(pdfs.keep(data, name, account)))
        except imaging.PictureRefused as refusal:
            self.errors.append(str(refusal))

    def _add_pages(self, data: bytes, name: str, numbers: Sequence[int], dpi: int) -> None:
        pages = pdfs.pages_as_images(data, name, self.visitor.account, numbers, dpi)
        self.attached += [AttachedImage(image=image, name=called) for image, called in pages]

    def add_pdfs(self, choices: Sequence[PdfChoice | None]) -> None:
        """Add the chosen pages of PDFs that a page showed; who chose none is asked again."""
        asked, self.pdfs = self.pdfs, []
        for choice in choices:
            self._add_pdf(choice)
        self.errors += [choice.question for choice in asked]
        self.pdfs += asked
        self._check_count()

    def _add_pdf(self, choice: PdfChoice | None) -> None:
        if not choice:
            self.errors.append(PDF_GONE)
            return
        words = choice.refusal(imaging.limits.MAX_IMAGES - len(self.attached))
        try:
            if not words:
                data = pdfs.read(choice.file)
                self._add_pages(data, choice.file.name, choice.numbers, choice.dpi)
        except imaging.PictureRefused as refused:
            words = str(refused)
        except FileNotFoundError:
            self.errors.append(PDF_GONE)
        if words:
            self.errors.append(words)
            self.pdfs.append(replace(choice, error=words))

    def add_addresses(self, lines: str, *, as_address: bool = False) -> None:
        """Add addresses, one a line: to be fetched and kept, or passed on as they are."""
        if len(lines) > MAX_LINES_LENGTH:
            self.errors.append(
                f"The addresses have {len(lines):,} characters. "
                f"Shorten them to {MAX_LINES_LENGTH:,} at most."
            )
            self.rejected.append(lines)
            return
        typed = [line for line in map(str.strip, lines.splitlines()) if line]
        for line in self._some(typed):
            self._add_address(line, as_address=as_address)
        self.rejected += typed[MAX_LOOKED_AT:]
        self._check_count()

    def _add_address(self, address: str, *, as_address: bool = False) -> None:
        if refusal := refusal_of(address):
            self.errors.append(refusal)
            self.rejected.append(address)
        else:
            self.attached.append(AttachedImage(url=address, as_address=as_address))

    def _some(self, values: Sequence[str]) -> Sequence[str]:
        self.unseen += max(len(values) - MAX_LOOKED_AT, 0)
        return values[:MAX_LOOKED_AT]

    def _check_count(self) -> None:
        most = imaging.limits.MAX_IMAGES
        if len(self.attached) > most:
            message = f"A run takes at most {most} images. Remove {{}} and run again."
            self.errors = [one for one in self.errors if "takes at most" not in one]
            self.errors.append(message.format(len(self.attached) - most))

    @property
    def entries(self) -> list[TrayEntry]:
        return [TrayEntry.of(attached) for attached in self.attached]
