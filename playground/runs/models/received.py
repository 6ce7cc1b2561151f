"""What a provider answered about a run, byte for byte: kept beside the row, read where shown."""

import zlib

from django.db import models

from playground.runs.models.run import Run


class ReceivedAnswer(models.Model):
    """The last answer as it came, but for the key. A stream is its events, as they came."""

    run = models.OneToOneField(
        Run, primary_key=True, on_delete=models.CASCADE, related_name="received"
    )
    packed = models.BinaryField(help_text="the bytes that are kept, by zlib")
    kept = models.PositiveIntegerField(help_text="bytes, unpacked")
    size = models.PositiveBigIntegerField(help_text="bytes that came in all")
    withheld = models.BooleanField(default=False, help_text="the key is spread over what came")

    def __str__(self) -> str:
        return f"{self.size} bytes of run {self.run_id}"

    @staticmethod
    def pack(body: bytes) -> bytes:
        return zlib.compress(body, 6)

    @property
    def body(self) -> bytes:
        return zlib.decompressobj().decompress(bytes(self.packed), max(self.kept, 1))
