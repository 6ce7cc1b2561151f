"""Names of variables that look like ours and are none: a slip would pass as an unset variable."""

import re
from collections.abc import Collection, Iterable
from difflib import get_close_matches

from django.core.exceptions import ImproperlyConfigured

OURS = ("WAVESPEED_", "STORAGE_S3_", "OIDC_")  # whatever begins so can be meant for nobody else
# Not every SERVER_…: others use that prefix for names such as SERVER_SOFTWARE.
OF_A_SERVER = re.compile(r"SERVER_([A-Z0-9_]+)_(URL|KEY|KIND|HEADERS)(_FILE)?")
MIN_SIMILARITY = 0.85


def refuse_misspelt(given: Iterable[str], known: Collection[str]) -> None:
    """Raise ImproperlyConfigured for the first name that is nearly, but not quite, one of ours."""
    for name in sorted(set(given) - set(known)):
        if OF_A_SERVER.fullmatch(name):
            raise ImproperlyConfigured(
                f"{name} belongs to no server that SERVERS names. Add the server, or remove {name}."
            )
        if right := _nearest(name, known):
            raise ImproperlyConfigured(f"{name} is not a setting. Did you mean {right}?")
        if name.startswith(OURS):
            raise ImproperlyConfigured(f"{name} is not a setting. See .env.example for the names.")


def _nearest(name: str, known: Collection[str]) -> str:
    """Return the one of our names that this one was probably meant to be, or nothing."""
    upper = name.upper()
    swapped = (one for one in known if one == upper or sorted(one) == sorted(upper))
    near = get_close_matches(upper, known, n=1, cutoff=MIN_SIMILARITY)
    return next(swapped, "") or (near[0] if near else "")
