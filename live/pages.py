"""What one answer means for a page that waits: its article, or what becomes of it next.

Pure: what is on the page was found out before. Where nothing comes of a page the feed's own text
stays, and a note says why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from live import schedule
from live.answers import Trouble, trouble
from live.response import Response
from live.walls import KINDS, wall_of
from records import Article, Fetch, Page, Reject, Section
from sources.reasons import reject

if TYPE_CHECKING:
    from live.extract import Extracted

ATTEMPTS = 4
BACKOFF = 15 * schedule.MINUTE  # times 1, 4, 16
LONGEST_IN_QUEUE = 7 * schedule.DAY  # for a host that may not be asked
_US = 1_000_000

# Not the page's fault: these do not count as attempts.
_HOST = frozenset(["host_waiting", "robots_unread"])
# What another attempt in some hours would meet again.
_LASTING = frozenset(
    """
    bad_address bad_coding body_too_large gone nested no_better no_text
    private_address redirect_loop robots too_large too_many_redirects too_slow unexpected
    unsupported
    """.split()
)
_PASSING = frozenset([404, 408, 425, 429])  # of the statuses from 400 to 499


class Settled(NamedTuple):
    """What came of asking for one page."""

    page: Page
    fetch: Fetch
    items: tuple[Article | Reject, ...]


def failure(page: Page, response: Response, body: bytes | None) -> Trouble | None:
    """Why there is no page to read, and if a wall says so, which; None where there is one."""
    found = trouble(response)
    if found is None:
        if response.status == 304 or not body or body.isspace():
            return Trouble("empty", "answered without a body")
        return None
    if response.status is not None and response.status >= 400:
        source = (body or b"").decode("utf-8", "replace")
        wall = wall_of(
            response.headers, page.url, response.final_url, source, None, status=response.status
        )
        if wall is not None and wall.kind != "paywall":
            return Trouble(wall.kind, f"{found.detail}; {wall.detail}")
        if response.status == 451:
            return Trouble("region", found.detail)
    return found


def settle(page: Page, response: Response, found: Extracted | Trouble) -> Settled:
    """The page's new row, its fetch, and what it gave: an article, or a note once it is over."""
    if isinstance(found, Trouble):
        return _troubled(page, response, found)
    if found.article is None:
        return _troubled(page, response, found.trouble or Trouble("no_text", "nothing found"))
    page = page._replace(status="done", attempts=page.attempts + 1, error=None, detail=None)
    return Settled(page, _fetch(page, response, "new"), (*found.notes, found.article))


def _troubled(page: Page, response: Response, found: Trouble) -> Settled:
    at = response.at
    attempts = page.attempts + (found.reason not in _HOST)
    page = page._replace(attempts=attempts, error=found.reason, detail=found.detail)
    refused = found.reason == "robots" or not response.requests
    if found.reason in KINDS:
        status, outcome = "blocked", "blocked"
    elif found.reason == "robots":
        status, outcome = "refused", "refused"
    else:
        over = _is_lasting(found, response) or attempts >= ATTEMPTS
        over = over or at - page.queued_at > LONGEST_IN_QUEUE * _US and found.reason in _HOST
        status, outcome = "failed" if over else "waiting", "refused" if refused else "failed"
    page = page._replace(status=status)
    if status == "waiting":
        wait = BACKOFF * 4 ** max(attempts - 1, 0)
        due = schedule.spread(page.url, at, wait, wait)
        page = page._replace(next_at=schedule.no_sooner(page.url, at, due, response.retry_at))
        return Settled(page, _fetch(page, response, outcome), ())
    section = Section(page.url, "", "page", at)
    detail = f"the feed's own text is kept: {found.detail}"
    note = reject(section, found.reason, detail, kept=True)._replace(stage="fetch")
    return Settled(page, _fetch(page, response, outcome), (note,))


def _is_lasting(found: Trouble, response: Response) -> bool:
    if found.reason == "http_error" and response.status is not None:
        return 400 <= response.status < 500 and response.status not in _PASSING
    return found.reason in _LASTING


def _fetch(page: Page, response: Response, outcome: str) -> Fetch:
    return Fetch(
        "page",
        page.url,
        page.feed,
        response.at,
        outcome,
        final_url=response.final_url,
        status=response.status,
        requests=response.requests,
        bytes=response.bytes,
        seconds=response.seconds,
        error=page.error,
        detail=page.detail,
        next_at=page.next_at if page.status == "waiting" else None,
    )
