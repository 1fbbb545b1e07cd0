"""The org while the mock runs: one collection per kind of thing, on top of the store.

A change is seen by the next request. With a state directory it outlives the process: everything that was changed
since the org was read from its config file stands in one file there, and the config file wins where both speak
of the same thing.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable
from typing import Any, Generic, TypeVar

from mock_idp.clock import Clock, SystemClock
from mock_idp.org.authorization_server import complete
from mock_idp.org.build import build, document
from mock_idp.org.ids import okta_id
from mock_idp.org.model import EVERYONE, App, AuthorizationServer, Group, Org, OrgError, Settings, TrustedOrigin, User
from mock_idp.state import StateDirectory
from mock_idp.store import Document, MemoryStore, Store

ORG_FILE = "org.json"
Entity = TypeVar("Entity")


class Journal:
    """What was changed, in a file of the state directory that several mocks may share."""

    def __init__(self, state: StateDirectory | None) -> None:
        self._state = state
        self._lock = threading.RLock()
        self._unwritten: dict[tuple[str, str], Document | None] | None = None

    def read(self) -> dict[str, dict[str, Document]]:
        """`{kind: {id: document}}`; StateError when the file is damaged."""
        if not self._state:
            return {}
        found: dict[str, dict[str, Document]] = self._state.read_json(ORG_FILE, dict)
        if not all(
            isinstance(kind, dict) and all(isinstance(e, dict) for e in kind.values()) for kind in found.values()
        ):
            raise self._state.damaged(ORG_FILE)
        return found

    def damaged(self) -> Exception:
        assert self._state is not None
        return self._state.damaged(ORG_FILE)

    def note(self, kind: str, key: str, made: Document | None) -> None:
        """Keep one change; None says that the thing is gone."""
        with self._lock:
            if self._unwritten is not None:
                self._unwritten[(kind, key)] = made
            elif self._state:
                self._write({(kind, key): made})

    def keep(self, wanted: bool) -> None:
        """Whether changes are written from now on; True also writes those that were held back so far."""
        with self._lock:
            unwritten = self._unwritten or {}
            self._unwritten = None if wanted else unwritten
            if wanted and unwritten and self._state:
                self._write(unwritten)

    def _write(self, changes: dict[tuple[str, str], Document | None]) -> None:
        assert self._state is not None
        with self._state.locked():  # another mock with the same directory may have put its own there
            known = self.read()
            for (kind, key), made in changes.items():
                entries = known.setdefault(kind, {})
                entries.pop(key, None)
                if made is not None:
                    entries[key] = made
            self._state.write(ORG_FILE, json.dumps(known, indent=1))


class Collection(Generic[Entity]):
    """The things of one kind, by id, in the order in which they were made."""

    def __init__(self, cls: type[Entity], kind: str, key: str, store: Store, journal: Journal, clock: Clock) -> None:
        self._cls, self._kind, self._key, self._store, self._journal = cls, kind, key, store, journal
        self._clock = clock
        self._built: dict[str, tuple[Document, Entity]] = {}

    def get(self, key: str | None) -> Entity | None:
        found = self._store.get(self._kind, key) if key else None
        if found is None or key is None:
            return None
        known = self._built.get(key)
        if known and known[0] is found:  # documents are never changed in place
            return known[1]
        entity: Entity = build(self._cls, found, f"{self._kind} {key}")
        self._built[key] = (found, entity)
        return entity

    def all(self) -> list[Entity]:
        return [entity for key in self._store.keys(self._kind) if (entity := self.get(key)) is not None]

    def save(self, entity: Entity, *, journal: bool = True) -> Entity:
        """Put a new thing there, or another state of a known one."""
        key, made = getattr(entity, self._key), document(entity)
        self._store.put(self._kind, key, made)
        if journal:
            self._journal.note(self._kind, key, made)
        return entity

    def delete(self, key: str) -> None:
        if self._store.take(self._kind, key) is not None:
            self._store.put("deleted", f"{self._kind}/{key}", {"at": self._clock.now()})
            self._journal.note(self._kind, key, None)

    def was_deleted(self, key: str | None, since: float) -> bool:
        """Whether what had this id was deleted at `since` (seconds) or later; another may have the id now."""
        found = self._store.get("deleted", f"{self._kind}/{key}")
        return found is not None and bool(found["at"] >= since)

    def replace(self, entities: Iterable[Entity]) -> None:
        """These, in this order, and no others."""
        wanted = {getattr(entity, self._key): entity for entity in entities}
        for key in self._store.keys(self._kind):
            if key not in wanted:
                self.delete(key)
        for key, entity in wanted.items():
            self._store.take(self._kind, key)  # what is put anew comes last
            self.save(entity)

    def forget(self, key: str) -> None:
        """Without it in this process; the state directory still has it."""
        self._store.take(self._kind, key)

    def restore(self, entries: dict[str, Document]) -> None:
        """Put entries of the journal's file back; OrgError for one that is not understood."""
        for key, entry in entries.items():
            self._store.put(self._kind, key, entry)
            self.get(key)


class LiveOrg:
    """One org: `name`, `id`, `settings`, and its collections."""

    def __init__(self, org: Org, store: Store, state: StateDirectory | None = None, clock: Clock | None = None) -> None:
        clock = clock or SystemClock()
        self.name, self.id, self.settings = org.name, org.id, org.settings
        self.journal = journal = Journal(state)
        self.lock = threading.RLock()
        """Held by operations that look first and then change."""
        self.users = Collection(User, "user", "id", store, journal, clock)
        self.groups = Collection(Group, "group", "id", store, journal, clock)
        self.apps = Collection(App, "app", "client_id", store, journal, clock)
        self.servers = Collection(AuthorizationServer, "authorization_server", "id", store, journal, clock)
        self.origins = Collection(TrustedOrigin, "trusted_origin", "id", store, journal, clock)
        self._restore()
        self.take_over(org)

    def use(self, settings: Settings) -> None:
        """Other switches, from the next request on."""
        self.settings = settings

    def take_over(self, org: Org) -> None:
        """Everything that a config file says, on top of what is there."""
        for group in (Group(EVERYONE, type="BUILT_IN", description="All users in your organization"), *org.groups):
            self._seed(self.groups, group_with_id(group))
        for user in org.users:
            self._seed(self.users, user)
            for name in user.groups:
                if self.group_named(name) is None:
                    self._seed(self.groups, group_with_id(Group(name)))
        for server in org.authorization_servers:
            self._seed(self.servers, complete(server, with_policy=self.settings.default_as_has_policy))
        for origin in org.trusted_origins:
            self._seed(self.origins, origin_with_id(origin))
        for app in org.apps:
            self._seed(self.apps, app)

    def replace(self, org: Org) -> None:
        """The org is this one from now on; nothing of the old one stays."""
        wanted = LiveOrg(org, MemoryStore())
        with self.lock:
            self.name, self.id, self.settings = org.name, org.id, org.settings
            for mine, theirs in zip(self._collections(), wanted._collections(), strict=True):
                mine.replace(theirs.all())

    def export(self) -> Org:
        """The org as it is now, to be written as a config file."""
        return Org(
            name=self.name,
            id=self.id,
            settings=self.settings,
            users=tuple(self.users.all()),
            groups=tuple(group for group in self.groups.all() if group.type != "BUILT_IN"),
            apps=tuple(self.apps.all()),
            authorization_servers=tuple(self.servers.all()),
            trusted_origins=tuple(self.origins.all()),
        )

    # ---- lookups ------------------------------------------------------------------------------------------

    def user_by_login(self, login: str) -> User | None:
        """The person with this login or e-mail address, in whatever case."""
        wanted = login.lower()
        return next((u for u in self.users.all() if wanted in (u.login.lower(), u.email.lower())), None)

    def group_named(self, name: str) -> Group | None:
        return next((group for group in self.groups.all() if group.name == name), None)

    def groups_of(self, names: Iterable[str]) -> list[Group]:
        """The groups with these names; what is no group of the org (a canary's) is one with that name and no id."""
        return [self.group_named(name) or Group(name) for name in names]

    def _seed(self, collection: Collection[Any], entity: Any) -> None:
        collection.save(entity, journal=False)

    def _collections(self) -> tuple[Collection[Any], ...]:
        return (self.users, self.groups, self.apps, self.servers, self.origins)

    def _restore(self) -> None:
        kept = self.journal.read()
        try:
            for collection in self._collections():
                collection.restore(kept.get(collection._kind, {}))
        except OrgError:
            raise self.journal.damaged() from None
        if self.settings.adopt_clients:
            # What they were may have changed since, and they are learned anew with their first request.
            for app in self.apps.all():
                if app.learned:
                    self.apps.forget(app.client_id)


def group_with_id(group: Group) -> Group:
    return group if group.id else Group(**vars(group) | {"id": okta_id("00g", f"group/{group.name}")})


def origin_with_id(origin: TrustedOrigin) -> TrustedOrigin:
    made = {"id": origin.id or okta_id("tos", f"origin/{origin.origin}"), "name": origin.name or origin.origin}
    return TrustedOrigin(**vars(origin) | made)
