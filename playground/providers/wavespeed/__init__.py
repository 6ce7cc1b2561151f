"""WaveSpeedAI, REST API v3: the model `wavespeed-ai/any-llm/vision`.

`provider` is the seam, `api` the calls, `envelopes` what their answers mean, `predictions` what a
prediction looks like on the wire, `uploads` how pictures get there.
"""

from playground.providers.wavespeed.envelopes import is_prediction_id
from playground.providers.wavespeed.provider import MODEL, WaveSpeed

__all__ = ["MODEL", "WaveSpeed", "is_prediction_id"]
