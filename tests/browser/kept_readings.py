"""What a reader found in the example receipt, kept in the database of a running product.

So the pages can be looked at without a reader, which takes seconds.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from playground.providers.endpoint import TEXT_READER, THIS_MACHINE
from playground.reading.as_markdown import as_markdown
from playground.reading.lines import Reading, ReadLine
from playground.rendering import render
from tests.product import rows_of

if TYPE_CHECKING:
    from pathlib import Path

WIDTH, HEIGHT = 800, 600
_LINES = """
KARLSSONS BAGERI | 272.6,42.1 479.1,30.5 480.3,52.2 273.8,63.8
Storgatan 14, Uppsala | 277.9,68 477.8,56.8 478.9,75.8 279,87
2026-11-14 09:42 #00318 | 260.8,94 498,80.8 498.9,97.3 261.8,110.6
Sourdough loaf | 230.9,136 365.3,128.5 366.4,148.1 232,155.6
96.00 | 481.2,122.3 532.2,119.5 533.2,136.6 482.1,139.5
2 x 48.00 | 249.9,159.5 327.2,155.1 328.1,170.8 250.7,175.1
Cardamom bun | 232.9,182.4 349.1,175.9 350.1,193.4 233.9,199.9
144.00 | 474.8,168.9 535.2,165.5 536.2,183 475.7,186.4
6 x 24.00 | 252,206.7 330.1,202.3 331,218.1 252.9,222.5
Aged Gouda | 234.8,229.8 332.9,224.4 334,244 235.9,249.5
119.07 | 477.8,216.3 538.3,212.9 539.3,230.4 478.8,233.7
0.412 kg x 289.00/kg | 254.1,253.4 422.2,244 423.1,261.2 255.1,270.6
Oat milk 1 l | 236.9,276.5 354.8,269.9 355.8,287.6 237.9,294.2
67.50 | 490,262.3 542,259.4 543,277.1 490.9,280
3 x 22.50 | 256.9,301.5 335.1,297.1 336,312.8 257.8,317.2
Paper bag | 239.8,323.7 329.1,318.7 330.2,338.7 240.9,343.7
3.00 | 502.8,309.4 545.1,307 546.1,324.5 503.8,326.9
TOTAL SEK | 240.7,367.4 349.1,361.3 350.3,382.7 241.9,388.8
429.57 | 474.2,354.5 547.8,350.3 549,371.7 475.4,375.8
VAT 12 % | 243.2,398.1 323.9,393.5 324.8,410.5 244.2,415
46.03 | 497.9,383.9 549.9,381 550.9,397.6 498.9,400.5
CARD ****4417 APPROVED | 286.9,438.5 511.1,426 512.1,443.2 287.9,455.7
Tack och välkommen åter | 288.3,464 512.1,451.5 513.1,469.5 289.3,482
"""
ANSWER = """| Item | Quantity | Unit price | Total |
|---|---:|---:|---:|
| Sourdough loaf | 2 | 48.00 | 96.00 |
| Cardamom bun | 6 | 24.00 | 144.00 |
| Aged Gouda | 0.412 kg | 289.00 | 119.07 |
| Oat milk 1 l | 3 | 22.50 | 67.50 |
| Paper bag | 1 | 3.00 | 3.00 |

**The lines add up.** 96.00 + 144.00 + 119.07 + 67.50 + 3.00 = 429.57, and the printed total \
is 429.57 SEK. No line is wrong.

VAT is 46.03 of it, at 12 %, so the goods cost 429.57 − 46.03 = 383.54 without it.

The receipt is from Karlssons Bageri, dated 14 November 2026 at 09:42, number 00381, paid with \
the card ending in 4417 (“VISA”).
"""


def receipt() -> Reading:
    return Reading(tuple(map(_line, _LINES.strip().splitlines())), WIDTH, HEIGHT, 1.9)


def _line(written: str) -> ReadLine:
    text, _, points = written.rpartition(" | ")
    pairs = (tuple(map(float, point.split(","))) for point in points.split())
    one, two, three, four = ((x / WIDTH, y / HEIGHT) for x, y in pairs)
    return ReadLine(text, 0.98, (one, two, three, four))


def answer_by_reader(folder: Path, run_id: str) -> None:
    """Have a run be one of the text reader, which read this receipt."""
    found = receipt()
    answer = as_markdown(found)
    values = {
        "model_id": TEXT_READER,
        "provider": THIS_MACHINE,
        "output": answer,
        "output_html": render(answer).html,
        "response": json.dumps({"images": [found.to_json()]}),
        "id": run_id.replace("-", ""),
    }
    with rows_of(folder) as database:
        database.create_function("playground_parted", 1, str)  # of the search
        database.execute(
            "UPDATE playground_run SET model_id=:model_id, provider=:provider, output=:output,"
            " output_html=:output_html, response=:response WHERE id=:id",
            values,
        )


def keep_readings(folder: Path) -> None:
    """Have every run checked by this reading of every image that the product has."""
    values = json.dumps(receipt().to_json())
    with rows_of(folder) as database:
        database.execute(
            "INSERT OR REPLACE INTO playground_imagereading"
            " (image_id, found, why_not, reader, read_at)"
            " SELECT sha256, ?, '', 'of the tests', '2026-11-28 14:30:00' FROM playground_image",
            [values],
        )
        database.execute(
            "INSERT OR REPLACE INTO playground_evidencecheck (run_id, asked_at)"
            " SELECT id, '2026-11-28 14:30:00' FROM playground_run"
        )
