"""Origins and sites of URLs (RFC 6454; "same site" of RFC 6265bis 5.2)."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

DEFAULT_PORTS = {"http": 80, "https": 443}
OPAQUE = "null"  # the origin of a page that has none; same site with nothing


def origin(url: str) -> str:
    """scheme://host[:port] without the default port, lower case; "null" when the URL has no host."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return OPAQUE
    scheme, host = parts.scheme.lower(), parts.hostname or ""
    if not scheme or not host:
        return OPAQUE
    shown = f"[{host}]" if ":" in host else host
    return f"{scheme}://{shown}" + (f":{port}" if port and port != DEFAULT_PORTS.get(scheme) else "")


def host(url: str) -> str:
    """The host, lower case, without brackets; empty when there is none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def is_address(name: str) -> bool:
    """Whether the host is an IP address."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def is_loopback(name: str) -> bool:
    """localhost, *.localhost, 127.0.0.0/8 and ::1 (Secure Contexts 3.1)."""
    if is_address(name):
        return ipaddress.ip_address(name).is_loopback
    return name == "localhost" or name.endswith(".localhost")


def registrable(name: str) -> str:
    """The registrable domain of a host.

    An approximation: the last two labels. The public suffix list would say three for example.co.uk; a harness
    on the loopback interface or on one company's domain does not meet the difference.
    """
    return name if is_address(name) else ".".join(name.split(".")[-2:])


def same_site(one: str, other: str) -> bool:
    """Whether two URLs or origins have the same scheme and registrable domain; the port does not matter."""
    if OPAQUE in (origin(one), origin(other)):
        return False
    schemes = urlsplit(one).scheme.lower(), urlsplit(other).scheme.lower()
    return schemes[0] == schemes[1] and registrable(host(one)) == registrable(host(other))


def may_carry_secure(url: str) -> bool:
    """Whether Secure cookies may be set and sent: over https, and as browsers do, over http to loopback."""
    return url[:6].lower() == "https:" or is_loopback(host(url))
