"""A WaveSpeed that speaks HTTP on a loopback socket, counts what it is sent and fails on demand.

    with FakeWaveSpeed(delay=0.1) as fake:
        fake.fault("submit", Fault.reset(accepted=True))
        WaveSpeed(fake.key, fake.url)...

As a process of its own: python -m tests.fakes.wavespeed --port 8900 --delay 2 --control
"""

from tests.fakes.wavespeed.faults import Fault
from tests.fakes.wavespeed.server import FakeWaveSpeed

__all__ = ["FakeWaveSpeed", "Fault"]
