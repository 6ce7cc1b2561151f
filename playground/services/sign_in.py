"""The name by which sessions say what let their people in: `playground.services.sign_in`.

A release that looks for another name signs everybody out, and two of them side by side do so at
every second request. The class itself is in accounts/sign_in.py.
"""

from playground.accounts.sign_in import AccountBackend

__all__ = ["AccountBackend"]
