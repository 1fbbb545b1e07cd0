"""What Upflow's people have typed in for one customer, and what is not known of how they did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from targets.reference.settings import Settings, SettingsError

HANDLER = "/__/auth/handler"
PROVIDER_ID = "oidc.okta"
PROJECT = "demo-upflow"


@dataclass(frozen=True)
class Upflow:
    """`provider`: the provider's configuration at Identity Platform. `domains` and `invited`: in lower case.

    `sign_in`: the SDK's call, or "rest" for no SDK. `userinfo`: whether Google's back end asks UserInfo. Neither is
    known of the real one.
    """

    provider: Settings
    domains: frozenset[str]
    invited: frozenset[str]
    sign_in: str = "redirect"
    userinfo: bool = False

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Upflow:
        """Reads EMAIL_DOMAINS, INVITED (lists with commas); optional SIGN_IN (redirect, popup, rest), USERINFO and
        SEND_CODE_CHALLENGE (no, yes); and what `targets.reference.settings.Settings` reads. Raises SettingsError.
        """
        if missing := [name for name in ("EMAIL_DOMAINS", "INVITED") if not environment.get(name)]:
            raise SettingsError(f"set {', '.join(missing)} in the environment")

        def one_of(name: str, first: str, *others: str) -> str:
            value = environment.get(name) or first
            if value not in (first, *others):
                raise SettingsError(f"{name} must be one of {', '.join((first, *others))}; got {value!r}")
            return value

        challenge = one_of("SEND_CODE_CHALLENGE", "no", "yes") == "yes"
        provider = replace(Settings.from_environment(environment), callback=HANDLER, send_code_challenge=challenge)
        return cls(
            provider,
            listed(environment["EMAIL_DOMAINS"]),
            listed(environment["INVITED"]),
            one_of("SIGN_IN", "redirect", "popup", "rest"),
            one_of("USERINFO", "no", "yes") == "yes",
        )


def listed(value: str) -> frozenset[str]:
    return frozenset(filter(None, (one.strip().lower() for one in value.split(","))))
