"""Whom Upflow lets begin, and whom it lets in: two lists of its own, beside what Okta says."""

from __future__ import annotations

from dataclasses import dataclass

from targets.upflow.accounts import Accounts, InvalidToken
from targets.upflow.settings import PROVIDER_ID, Upflow


class Closed(Exception):
    """`status` is the answer's."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Gates:
    settings: Upflow
    accounts: Accounts

    def provider_id(self, email: str) -> str:
        """The provider of the address's domain. Raises Closed where there is none."""
        if email.strip().lower().rpartition("@")[2] not in self.settings.domains:
            raise Closed("Single Sign-On is not set up for this e-mail address", 404)
        return PROVIDER_ID

    def user(self, id_token: str) -> dict[str, str]:
        """Who is signed in by this token of Firebase's. Raises Closed for nobody, and for who was not invited."""
        try:
            user = self.accounts.user(id_token)
        except InvalidToken as error:
            raise Closed("Nobody is signed in", 401) from error
        if user.email.lower() not in self.settings.invited:
            raise Closed("You have not been invited to this organization", 403)
        if not (user.email_verified or self.settings.unverified_email):
            raise Closed("Your e-mail address has not been verified", 403)
        return {"id": user.sub, "email": user.email, "name": user.name}
