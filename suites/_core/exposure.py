"""Where a script that got into the RP's pages could read something."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from suites.engine.driver import Attempt
from targets.reach import Reach
from targets.target_schema import Target


def places(attempt: Attempt, target: Target) -> dict[str, str]:
    """What the RP's pages hold, the addresses on the way, and what is beside them, as text by place.

    Redirect URIs do not count: what is in them has been put there by the IdP.
    """
    pages = [page for page in (attempt.page, attempt.probe) if page is not None and _is_own(page.url, target)]
    hops = [hop.split(" ", 2)[2] for page in (attempt.page, attempt.probe) if page for hop in page.trail]
    urls = [url for url in (*hops, *(page.url for page in pages)) if _is_own(url, target)]
    return {
        "a page": "\n".join(page.body for page in pages),
        "a URL": unquote("\n".join(urls)),
        "a cookie without HttpOnly or the browser's storage": unquote(attempt.profile.readable()),
    }


def _is_own(url: str, target: Target) -> bool:
    parts = urlsplit(url)
    callbacks = {urlsplit(uri).path for uri in target.client.redirect_uris}
    return f"{parts.scheme}://{parts.netloc}" in Reach(target).target_origins and parts.path not in callbacks
