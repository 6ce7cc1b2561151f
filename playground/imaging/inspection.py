"""What a file is, found out by decoding its first frame once."""

from dataclasses import dataclass

from playground.imaging.decoding import opened, read


@dataclass(frozen=True)
class Picture:
    """format: as in `formats.FORMATS`. extension: without a dot. width and height: as seen.

    frames: of an animation, or the pages or pictures of a file that holds several.
    orientation: 1 to 8 as Exif counts; 1 where the format's decoder turns the picture itself.
    """

    format: str
    content_type: str
    extension: str
    width: int
    height: int
    frames: int = 1
    orientation: int = 1

    @property
    def animated(self) -> bool:
        """Tell whether there is more in the file than the one picture that is used."""
        return self.frames > 1


def inspect(data: bytes) -> Picture:
    """Return what these bytes are, or raise PictureRefused."""
    source = read(data)
    with opened(source) as picture:
        picture.image.load()
        width, height = picture.size
        return Picture(
            source.form.name,
            source.form.content_type,
            source.form.extension,
            width,
            height,
            picture.frames,
            picture.orientation,
        )
