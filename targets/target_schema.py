"""The shape of a target file as a tree of frozen dataclasses; docs and errors take their words from here.

Every field is a key of the same name in the TOML file (`waivers` is `[[waiver]]`). Strings may hold
placeholders, which `Target.resolve` fills.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import ClassVar, Literal
from urllib.parse import urljoin

from targets.placeholders import fill

Feature = bool | int | float | str


@dataclass(frozen=True)
class Idp:
    """Where the target looks for its IdP. `issuer` is known beforehand only when the target already runs.

    `refetch_within`: seconds after which it looks for new keys and metadata at the latest, if it throttles that
    (openid-client: a minute).
    """

    issuer: str = ""
    server: str = "default"
    tls: bool = False
    refetch_within: float = 65.0


@dataclass(frozen=True)
class Client:
    """The target's registration at the IdP (OIDC Dynamic Client Registration 2, Okta's settings)."""

    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    redirect_uris: tuple[str, ...] = ()
    application_type: Literal["web", "browser", "native"] = "web"
    token_endpoint_auth_method: Literal[
        "client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "none"
    ] = "client_secret_basic"
    response_types: tuple[str, ...] = ("code",)
    grant_types: tuple[str, ...] = ("authorization_code",)
    refresh_token_rotation: Literal["ROTATE", "STATIC"] = "ROTATE"
    userinfo_signed_response_alg: Literal["", "RS256"] = ""
    post_logout_redirect_uris: tuple[str, ...] = ()
    initiate_login_uri: str = ""
    idp_initiated_login_mode: Literal["DISABLED", "SPEC", "OKTA"] = "DISABLED"
    id_token_signed_response_alg: str = "RS256"
    id_token_encrypted_response_alg: str = ""
    id_token_encrypted_response_enc: str = ""
    jwks: tuple[Mapping[str, str], ...] = ()
    jwks_uri: str = ""
    scopes: tuple[str, ...] = ()
    trusted_origins: tuple[str, ...] = ()


@dataclass(frozen=True)
class Recipe:
    """How a user agent makes the target do something: what [login], [renewal] and [logout] have in common.

    `url` may be relative to `base_url` (RFC 3986 5); empty: `base_url` itself. `form` and `button` are selectors in the
    page that is there, `fields` what the form is sent with.
    """

    table: ClassVar[str]
    kind: Literal["redirect", "post", "form", "json", "button"] = "redirect"
    url: str = ""
    form: str = "form"
    fields: Mapping[str, str] = field(default_factory=dict)
    button: str = ""


@dataclass(frozen=True)
class Login(Recipe):
    """How a login starts. With kind "json" the URL to go to is the member `json_key` of the answer."""

    table = "login"
    json_key: str = "authorizationUrl"


@dataclass(frozen=True)
class Renewal(Recipe):
    """How a signed-in user agent makes the target use its refresh token.

    `token`: with kind "json" and [session] kind "bearer", the member that holds the token from then on.
    """

    table = "renewal"
    kind: Literal["redirect", "post", "form", "json"] = "redirect"
    button: str = field(default="", metadata={"key": None})
    token: str = ""


@dataclass(frozen=True)
class Logout(Recipe):
    """How a person signs out of the target."""

    table = "logout"


@dataclass(frozen=True)
class Callback:
    """What becomes of an authorization response at the redirect URI.

    "server": the answer is the end of it. "json": the page there has a script, which POSTs `fields` as JSON to `url`
    and stays where it is; `fields` maps members to parameters of the response. An `error` is not posted. A user agent
    without scripts does it in the page's place; a browser leaves it to the page.
    """

    kind: Literal["server", "json"] = "server"
    url: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SecondIdp:
    """Another IdP at which the target's users can sign in: another authorization server of the same org.

    `login`: how that is begun. An empty `client_id` is made up for a target that we start; `{client_id}` is the same
    registration as at the first IdP. No `redirect_uris`: those of the first.
    """

    login: Login
    server: str = "org"
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    redirect_uris: tuple[str, ...] = ()

    def named(self, given: Callable[[str, str], str]) -> SecondIdp:
        """With the id and the secret that were made up, where it has none of its own."""
        return replace(
            self,
            client_id=self.client_id or given("second_client_id", ""),
            client_secret=self.client_secret or given("second_client_secret", ""),
        )


@dataclass(frozen=True)
class Session:
    """Where to see who is signed in. `probe` may be relative to `base_url`; empty: `base_url` itself.

    kind "bearer": a login ends at a URL with a token in its `parameter`, with which the probe is asked (RFC 6750 2.1).
    """

    probe: str = ""
    kind: Literal["page", "storage", "bearer"] = "page"
    parameter: str = "id_token"


@dataclass(frozen=True)
class Identity:
    """One user that the target lets in; empty members are made up."""

    sub: str = ""
    email: str = ""
    name: str = ""


@dataclass(frozen=True)
class Identities:
    """Who may sign in: anybody (`fresh`) or only the users of the `pool`."""

    kind: Literal["fresh", "pool"] = "fresh"
    pool: tuple[Identity, ...] = ()


@dataclass(frozen=True)
class Requirement:
    """Something a start command needs: a `command` on PATH or a `path` (relative to the root or the file)."""

    command: str = ""
    path: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Start:
    """How to start the target. `timeout` is in seconds, until `ready` (path or URL) answers below 500."""

    command: tuple[str, ...]
    directory: str = "."
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    ready: str = ""
    timeout: float = 20.0
    requires: tuple[Requirement, ...] = ()


@dataclass(frozen=True)
class Waiver:
    """A known deviation: `case` is an id or a pattern with `*`; it stops to hold after the day `expires`."""

    case: str
    reason: str
    owner: str
    expires: date


@dataclass(frozen=True)
class Step:
    """One thing that a guide says: in the console at `where` the control `label`, in the Management API `field`.

    `field` begins with app, assignments, authorizationServer, trustedOrigins, rp (what is typed into the application)
    or login (claims that it was given). There has to be `all` of `expected`, `any` of it, `only` it, `some`thing at
    all, or `none` of it. Of the placeholders, strings may hold {base_url}, {client_id}, {idp_origin}, {redirect_uri}
    (what the application sends; known when a login was seen), and {label} and {server}, the names of the app and of
    its authorization server.
    """

    id: str
    where: str
    label: str
    field: str
    expected: tuple[str, ...] = ()
    match: Literal["all", "any", "only", "some", "none"] = "all"
    needed: Literal["yes", "no", "unneeded"] = "yes"
    why: str = ""


@dataclass(frozen=True)
class Guide:
    """The vendor's page on how to connect Okta, as a checklist in its order; `gauntlet doctor` compares with it."""

    name: str
    source: str = ""
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Target:
    """A relying party under test. `pace` is the seconds between two logins.

    `restart` ends and starts a target that runs already, and returns; it forgets what it has read of its IdP.
    """

    base_url: str
    name: str = ""
    description: str = ""
    ca_file: str = ""
    javascript: bool = False
    pace: float = 0.0
    idp: Idp = Idp()
    client: Client = Client()
    login: Login = Login()
    callback: Callback = Callback()
    second_idp: SecondIdp | None = None
    renewal: Renewal | None = None
    logout: Logout | None = None
    session: Session = Session()
    identities: Identities = Identities()
    features: Mapping[str, Feature] = field(default_factory=dict)
    start: Start | None = None
    restart: Start | None = None
    guide: Guide | None = None
    waivers: tuple[Waiver, ...] = field(default=(), metadata={"key": "waiver"})
    source: Path | None = field(default=None, metadata={"key": None})
    bare: bool = field(default=False, metadata={"key": None})

    @property
    def login_url(self) -> str:
        return urljoin(self.base_url, self.login.url)

    @property
    def probe_url(self) -> str:
        return urljoin(self.base_url, self.session.probe)

    @property
    def at_second_idp(self) -> Target:
        """The same target, whose logins are begun and registered at its second IdP."""
        second = self.second_idp
        assert second is not None
        uris = second.redirect_uris or self.client.redirect_uris
        secret = second.client_secret
        client = replace(self.client, client_id=second.client_id, client_secret=secret, redirect_uris=uris)
        return replace(self, login=second.login, client=client)

    @property
    def renewal_url(self) -> str:
        return urljoin(self.base_url, self.renewal.url if self.renewal else "")

    @property
    def logout_url(self) -> str:
        return urljoin(self.base_url, self.logout.url if self.logout else "")

    @property
    def browser_reason(self) -> str:
        """Why only a browser can drive this target; empty when HTTP will do."""
        if self.javascript:
            return "the target file says javascript = true"
        if self.login.kind == "button":
            return 'the login starts with a button (login.kind = "button")'
        if self.session.kind == "storage":
            return 'the session is in the browser\'s storage (session.kind = "storage")'
        return ""

    def resolve(self, **placeholders: str) -> Target:
        """This target with the placeholders filled.

        What the target itself knows ({base_url}, {client_id}, {client_secret}, {issuer}, {redirect_uri}) is
        filled too; an empty client id, secret or issuer is taken from the placeholder of that name.
        Placeholders without a value stay as they are. ValueError for a name that is no placeholder.
        """
        first = fill(self, placeholders)
        given = placeholders.get
        target = replace(
            first,
            idp=replace(first.idp, issuer=first.idp.issuer or given("issuer", "")),
            client=replace(
                first.client,
                client_id=first.client.client_id or given("client_id", ""),
                client_secret=first.client.client_secret or given("client_secret", ""),
            ),
            second_idp=first.second_idp and first.second_idp.named(given),
        )
        own = {
            "base_url": target.base_url.rstrip("/"),
            "issuer": target.idp.issuer,
            "client_id": target.client.client_id,
            "client_secret": target.client.client_secret,
        }
        target = fill(target, {name: value for name, value in own.items() if value})
        redirect_uri = next(iter(target.client.redirect_uris), "")
        return fill(target, {"redirect_uri": redirect_uri} if redirect_uri else {})
