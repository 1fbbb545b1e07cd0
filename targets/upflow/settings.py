"""What Upflow's people have typed in for one customer, and what is not known of how they did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from targets.reference.settings import Settings, SettingsError

HANDLER = "/__/auth/handler"
PROVIDER_ID = "oidc.okta"
PROJECT = "demo-upflow"
SCOPE = "openid email profile"


@dataclass(frozen=True)
class Upflow:
    """`provider`: the provider's configuration at Identity Platform. `domains` and `invited`: in lower case.

    Not known of the real one: `sign_in`, the SDK's call, or "rest" for no SDK; `userinfo`, whether Google's back end
    asks UserInfo; `unverified_email`, whether an address counts that Okta has not verified; `one_user_per_email`,
    whether two subjects with one address are one user.
    """

    provider: Settings
    domains: frozenset[str]
    invited: frozenset[str]
    sign_in: str = "redirect"
    userinfo: bool = False
    unverified_email: bool = True
    one_user_per_email: bool = False

    @property
    def scopes(self) -> list[str]:
        """What is asked for beside `openid`, which Identity Platform adds."""
        return [scope for scope in self.provider.scope.split() if scope != "openid"]

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Upflow:
        """Reads EMAIL_DOMAINS, INVITED (lists with commas); optional SIGN_IN (redirect, popup, rest), SCOPE, USERINFO,
        SEND_CODE_CHALLENGE and ONE_USER_PER_EMAIL (no, yes), UNVERIFIED_EMAIL (yes, no); and what
        `targets.reference.settings.Settings` reads. Raises SettingsError.
        """
        if missing := [name for name in ("EMAIL_DOMAINS", "INVITED") if not environment.get(name)]:
            raise SettingsError(f"set {', '.join(missing)} in the environment")

        def one_of(name: str, first: str, *others: str) -> str:
            value = environment.get(name) or first
            if value not in (first, *others):
                raise SettingsError(f"{name} must be one of {', '.join((first, *others))}; got {value!r}")
            return value

        challenge = one_of("SEND_CODE_CHALLENGE", "no", "yes") == "yes"
        provider = replace(
            Settings.from_environment(environment),
            callback=HANDLER,
            send_code_challenge=challenge,
            scope=environment.get("SCOPE") or SCOPE,
        )
        return cls(
            provider,
            listed(environment["EMAIL_DOMAINS"]),
            listed(environment["INVITED"]),
            one_of("SIGN_IN", "redirect", "popup", "rest"),
            one_of("USERINFO", "no", "yes") == "yes",
            one_of("UNVERIFIED_EMAIL", "yes", "no") == "yes",
            one_of("ONE_USER_PER_EMAIL", "no", "yes") == "yes",
        )


def listed(value: str) -> frozenset[str]:
    return frozenset(filter(None, (one.strip().lower() for one in value.split(","))))
