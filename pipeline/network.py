"""The options of every command that asks something of the network, defined once."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import click

if TYPE_CHECKING:
    from live.job import Settings

HOST_GAP = 1.0  # seconds between two requests to a host
TIMEOUT = 60.0  # seconds for one request


class NetworkOptions(NamedTuple):
    """What people may set about asking others."""

    contact: str | None
    host_gap: float
    allow_private: tuple[str, ...]
    timeout: float

    def settings(self) -> Settings:
        """The same as live.fetch takes it."""
        from live.job import Settings

        usual = Settings()
        return usual._replace(
            contact=self.contact,
            host_gap=self.host_gap,
            allow_private=self.allow_private,
            connect=min(usual.connect, self.timeout),
            read=min(usual.read, self.timeout),
            total=self.timeout,
        )


def network_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command --contact, --host-gap, --allow-private and --timeout, handed over as one
    argument, network=NetworkOptions(…)."""

    @functools.wraps(command)
    def collected(
        *args: Any,
        contact: str | None,
        host_gap: float,
        allow_private: tuple[str, ...],
        timeout: float,
        **others: Any,
    ) -> Any:
        network = NetworkOptions(contact or None, host_gap, allow_private, timeout)
        return command(*args, network=network, **others)

    for option in reversed(_OPTIONS):
        collected = option(collected)
    return collected


def _one_line(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    """It goes into a header of every request."""
    if value and not (value.isascii() and value.isprintable()):
        raise click.BadParameter("an address in plain ASCII, on one line")
    return value


def _hosts(
    context: click.Context, option: click.Parameter, values: tuple[str, ...]
) -> tuple[str, ...]:
    """Commas part them as well, which is what the environment allows."""
    names = tuple(name for value in values for name in value.replace(",", " ").split())
    if not names:
        return ()
    from live.addresses import parse_allowed

    try:
        parse_allowed(names)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error
    return names


_OPTIONS = (
    click.option(
        "--contact",
        envvar="NEWSBEAM_CONTACT",
        callback=_one_line,
        help="A mail or web address in every request, so that its receiver can reach you.",
    ),
    click.option(
        "--host-gap",
        type=click.FloatRange(0),
        default=HOST_GAP,
        envvar="NEWSBEAM_HOST_GAP",
        show_default=True,
        help="Seconds between two requests to a host.",
    ),
    click.option(
        "--allow-private",
        multiple=True,
        envvar="NEWSBEAM_ALLOW_PRIVATE",
        callback=_hosts,
        metavar="NAME-OR-CIDR",
        help="A host or network that may be asked although it is not public; repeatable.",
    ),
    click.option(
        "--timeout",
        type=click.FloatRange(0.1, 600),
        default=TIMEOUT,
        envvar="NEWSBEAM_TIMEOUT",
        show_default=True,
        help="Seconds that one request may take, redirects included.",
    ),
)
