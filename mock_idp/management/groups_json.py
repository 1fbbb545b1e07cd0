"""Groups as Okta's JSON (okta.md 6.2)."""

from __future__ import annotations

from mock_idp.management.frame import PREFIX, iso, link
from mock_idp.management.members import Members
from mock_idp.org.model import Group
from mock_idp.store import Document


def shown(group: Group) -> Document:
    base = f"{PREFIX}/groups/{group.id}"
    logos = [
        link(f"/assets/img/logos/groups/odyssey/okta-{size}.svg", name=size, type="image/svg+xml")
        for size in ("medium", "large")
    ]
    return {
        "id": group.id,
        "created": iso(group.created),
        "lastUpdated": iso(group.last_updated),
        "lastMembershipUpdated": iso(group.last_updated),
        "objectClass": ["okta:user_group"],
        "type": group.type,
        "profile": {"name": group.name, "description": group.description or None},
        "_links": {"logo": logos, "users": link(f"{base}/users"), "apps": link(f"{base}/apps")},
    }


def read(data: Document) -> tuple[str, str]:
    """Name and description."""
    profile = Members(data).object("profile")
    return profile.text("name"), profile.text("description")
