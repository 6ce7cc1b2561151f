"""The keys that this process has read, so that the log can leave them out wherever they turn up."""

import threading
from collections import OrderedDict

MIN_KEY_LENGTH = 8  # characters; anything shorter is no key, and replacing it would spoil the log
MAX_KEYS = 1000
_known: OrderedDict[str, None] = OrderedDict()
_lock = threading.Lock()


def remember(key: str) -> None:
    """To be called before a key is used. The oldest go where there are too many."""
    if len(key) < MIN_KEY_LENGTH:
        return
    with _lock:
        _known[key] = None
        _known.move_to_end(key)
        if len(_known) > MAX_KEYS:
            _known.popitem(last=False)


def without_keys(text: str) -> str:
    with _lock:
        found = [key for key in _known if key in text]
    for key in sorted(found, key=len, reverse=True):  # one may be the beginning of another
        text = text.replace(key, "[key]")
    return text
