"""Why a request has no usable answer."""

from __future__ import annotations


class Failed(Exception):
    """A request that came to nothing: `reason` is a key of REASONS, `detail` says it to a person.

    Neither ever holds credentials.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail
