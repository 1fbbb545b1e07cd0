"""Origins and sites of URLs (RFC 6454; "same site" of RFC 6265bis 5.2)."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urljoin, urlsplit

DEFAULT_PORTS = {"http": 80, "https": 443}
OPAQUE = "null"  # the origin of a page that has none; same site with nothing


_REMOVED = re.compile(r"[\t\r\n]")
_ENDS = "".join(map(chr, range(0x21)))  # C0 controls and space
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*(?=:)", re.IGNORECASE)


def resolved(base: str, reference: str) -> str:
    """What a browser makes of a reference on a page of the http or https URL `base` (WHATWG URL 4.4).

    Browsers drop tabs and line feeds, take backslashes for slashes, and look for a host after any number of slashes, or
    after none where the scheme is another one than the page's. ValueError for what is no URL to Python.
    """
    text = _REMOVED.sub("", reference.strip(_ENDS))
    found = _SCHEME.match(text)
    scheme = found[0].lower() if found else ""
    if scheme not in ("", *DEFAULT_PORTS):
        return text
    own = urlsplit(base).scheme.lower()
    rest = text[len(scheme) + 1 :] if scheme else text
    end = next((place for place, character in enumerate(rest) if character in "?#"), len(rest))
    rest = rest[:end].replace("\\", "/") + rest[end:]
    if rest.startswith("//") or scheme not in ("", own):
        return urljoin(base, f"{scheme or own}://{rest.lstrip('/')}")
    return urljoin(base, rest)


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
