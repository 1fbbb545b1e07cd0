"""Weaknesses of how the issuer's keys are chosen, kept and fetched."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from joserfc.jwk import Key, KeySet

from targets.broken.registry import weakness
from targets.reference.rejection import Rejected
from targets.reference.relying_party import RelyingParty
from targets.reference.signature import WHAT, Jws


@weakness("needs-a-kid")
class NeedsAKid(RelyingParty):
    """Without a kid the token is refused, even where there is only one key."""

    def signing_keys(self, header: dict[str, Any], algorithm: str) -> list[Key]:
        if "kid" not in header:
            raise Rejected(WHAT, "header kid is missing")
        return super().signing_keys(header, algorithm)


@weakness("breaks-down-without-kid")
class BreaksDownWithoutKid(RelyingParty):
    """`{key["kid"]: key for key in keys}`: a key without one ends in an exception that nobody catches."""

    def published_keys(self, header: dict[str, Any], *, again: bool = False) -> list[dict[str, Any]]:
        keys = super().published_keys(header, again=again)
        return keys if len(keys) == 1 else list({key["kid"]: key for key in keys}.values())


@weakness("uses-the-first-key")
class UsesTheFirstKey(RelyingParty):
    """`keys[0]`: the kid is not looked at."""

    def published_keys(self, header: dict[str, Any], *, again: bool = False) -> list[dict[str, Any]]:
        return super().published_keys(header, again=again)[:1]


@weakness("needs-to-understand-every-key")
class NeedsToUnderstandEveryKey(RelyingParty):
    """The whole set is imported at once, and one strange key fails it."""

    def fetch_keys(self, url: str) -> list[dict[str, Any]]:
        keys = super().fetch_keys(url)
        try:
            KeySet.import_key_set({"keys": keys})
        except Exception as error:
            raise Rejected("JWKS", "it has a key that cannot be used") from error
        if any(key["kty"] not in ("RSA", "EC") or key.get("use") != "sig" or "x5c" in key for key in keys):
            raise Rejected("JWKS", "it has a key that is not as expected")
        return keys


@weakness("takes-the-first-of-a-kid")
class TakesTheFirstOfAKid(RelyingParty):
    """`next(key for key in keys if key["kid"] == kid)`: the type is looked at too late."""

    def published_keys(self, header: dict[str, Any], *, again: bool = False) -> list[dict[str, Any]]:
        keys = super().published_keys(header, again=again)
        return list({key.get("kid"): key for key in reversed(keys)}.values())


@weakness("ignores-use-of-keys")
class IgnoresUseOfKeys(RelyingParty):
    """`use` and `key_ops` are not looked at."""

    def key_is_for_signatures(self, jwk: dict[str, Any]) -> bool:  # noqa: ARG002
        return True


@weakness("accepts-the-rsa-family")
class AcceptsTheRsaFamily(RelyingParty):
    """Every algorithm of an RSA key is good, whichever the key was published for."""

    def check_algorithm(self, header: dict[str, Any]) -> str:
        alg = str(header.get("alg"))
        return alg if alg in ("PS256", "RS384", "RS512") else super().check_algorithm(header)

    def key_is_for(self, jwk: dict[str, Any], algorithm: str) -> bool:
        return bool(jwk.get("kty") == "RSA" or jwk.get("alg") == algorithm)


@weakness("accepts-short-keys")
class AcceptsShortKeys(RelyingParty):
    """A key of any size will do."""

    def key_is_strong(self, key: Key) -> bool:  # noqa: ARG002
        return True


@weakness("accepts-published-secrets")
class AcceptsPublishedSecrets(RelyingParty):
    """The key set is handed to a library that takes whatever key and algorithm fit each other."""

    def verify_signature(self, jws: Jws) -> None:
        for jwk in self.published_keys({}) if jws.header.get("alg") == "HS256" else []:
            secret = base64.urlsafe_b64decode(jwk.get("k", "") + "==")
            if secret and hmac.digest(secret, jws.signing_input, "sha256") == jws.signature:
                return
        super().verify_signature(jws)


@weakness("opens-the-file-that-kid-names")
class OpensTheFileThatKidNames(RelyingParty):
    """HMAC keys lie in a folder under their kid; what is not there is an empty key."""

    def verify_signature(self, jws: Jws) -> None:
        if jws.header.get("alg") != "HS256":
            super().verify_signature(jws)
            return
        file = Path(tempfile.gettempdir(), str(jws.header.get("kid")).replace("\0", "")[:200])
        secret = file.read_bytes() if file.exists() else b""
        if hmac.digest(secret, jws.signing_input, "sha256") != jws.signature:
            raise Rejected(WHAT, "signature does not fit")


@weakness("never-fetches-keys-again")
class NeverFetchesKeysAgain(RelyingParty):
    """The keys are those of the first login, until the next deployment."""

    def published_keys(self, header: dict[str, Any], *, again: bool = False) -> list[dict[str, Any]]:  # noqa: ARG002
        return super().published_keys(header)


@weakness("keeps-the-first-key")
class KeepsTheFirstKey(RelyingParty):
    """The key that was good once is the issuer's key from then on."""

    pinned: list[Key] | None = None

    def signing_keys(self, header: dict[str, Any], algorithm: str) -> list[Key]:
        self.pinned = self.pinned or super().signing_keys(header, algorithm)
        return self.pinned


@weakness("keeps-keys-on-disk")
class KeepsKeysOnDisk(RelyingParty):
    """Every key is kept in a file under its kid, and what is in there is never looked up again."""

    def published_keys(self, header: dict[str, Any], *, again: bool = False) -> list[dict[str, Any]]:
        name = hashlib.sha256(f"{self.settings.issuer} {header.get('kid')}".encode()).hexdigest()
        file = Path(os.environ["RUN_DIR"], f"{name}.json")
        if not file.exists():
            file.write_text(json.dumps(super().published_keys(header, again=again)))
        kept: list[dict[str, Any]] = json.loads(file.read_text())
        return kept


@weakness("ignores-max-age-of-keys")
class IgnoresMaxAgeOfKeys(RelyingParty):
    """Keys are kept for an hour, whatever their answer says."""

    def max_age(self, response: Any) -> float:  # noqa: ARG002
        return 3600.0


@weakness("fetches-keys-for-every-unknown-kid")
class FetchesKeysForEveryUnknownKid(RelyingParty):
    """Each token with an unknown kid has the key set fetched."""

    def may_refetch(self) -> bool:
        return True


@weakness("fetches-keys-for-every-token")
class FetchesKeysForEveryToken(RelyingParty):
    """There is no cache."""

    def published_keys(self, header: dict[str, Any], *, again: bool = False) -> list[dict[str, Any]]:
        self._published = None
        return super().published_keys(header, again=again)


@weakness("trusts-when-keys-cannot-be-had")
class TrustsWhenKeysCannotBeHad(RelyingParty):
    """The error of a fetch is logged, and the login goes on."""

    def verify_signature(self, jws: Jws) -> None:
        try:
            self.published_keys(jws.header)
        except Rejected:
            return
        super().verify_signature(jws)


@weakness("breaks-down-over-deep-json")
class BreaksDownOverDeepJson(RelyingParty):
    """The end of every bracket is looked for: of a hundred thousand, one in the other, for half an hour."""

    def parse_json(self, data: bytes) -> dict[str, Any]:
        text = data.decode(errors="replace")
        for start in (at for at, letter in enumerate(text) if letter == "["):
            depth, end = 1, start + 1
            while depth and end < len(text):
                depth += {"[": 1, "]": -1}.get(text[end], 0)
                end += 1
        return super().parse_json(data)


@weakness("reads-the-key-set-for-all")
class ReadsTheKeySetForAll(RelyingParty):
    """The key set is read letter by letter, and nobody else is served meanwhile."""

    def fetch_keys(self, url: str) -> list[dict[str, Any]]:
        text, position = self.fetch("JWKS", url).text, 0
        while position < 60 * len(text) and len(text) > 100_000:
            position += 1
        return super().fetch_keys(url)


@weakness("ignores-use-member-of-keys")
class IgnoresUseMemberOfKeys(RelyingParty):
    """`key_ops` is looked at, `use` is not."""

    def key_is_for_signatures(self, jwk: dict[str, Any]) -> bool:
        return super().key_is_for_signatures({**jwk, "use": "sig"})


@weakness("ignores-operations-of-keys")
class IgnoresOperationsOfKeys(RelyingParty):
    """`use` is looked at, `key_ops` is not."""

    def key_is_for_signatures(self, jwk: dict[str, Any]) -> bool:
        return super().key_is_for_signatures({**jwk, "key_ops": ["verify"]})
