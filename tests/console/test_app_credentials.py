"""Client credentials of an app: authentication, keys and secrets (okta.md 5.1 and 5.2)."""

from __future__ import annotations

import json

import pytest

from tests.console.app_page import edited, of
from tests.console.console import Console
from tests.management.api import Api
from tests.management.apps import create


def test_client_authentication(console: Console, api: Api) -> None:
    app, secret = create(api)
    page = edited(console, app, "credentials").check("None", "Require PKCE as additional verification").press("Save")
    assert page.said == "The client credentials were saved."
    credentials = of(api, app)["credentials"]["oauthClient"]
    assert (credentials["token_endpoint_auth_method"], credentials["pkce_required"]) == ("none", True)
    assert "CLIENT SECRETS" not in page.words()
    page = edited(console, app, "credentials").check("Client secret").press("Save")
    made = api.listed(f"/apps/{app}/credentials/secrets")[0]["client_secret"]
    assert made != secret
    assert page.words("//*[@id='Client-secret-1']") == made


def test_none_needs_pkce(console: Console, api: Api) -> None:
    app, _ = create(api)
    page = edited(console, app, "credentials").check("None").press("Save")
    text = "'pkce_required' must be true when 'token_endpoint_auth_method' is 'none'."
    assert page.problem_at("Require PKCE as additional verification") == text


@pytest.mark.parametrize("method", ["client_secret_post", "client_secret_jwt"])
def test_how_the_secret_is_sent(console: Console, api: Api, method: str) -> None:
    app, secret = create(api)
    assert edited(console, app, "credentials").fill("How the client sends its secret", method).press("Save").said
    assert of(api, app)["credentials"]["oauthClient"]["token_endpoint_auth_method"] == method
    assert api.listed(f"/apps/{app}/credentials/secrets")[0]["client_secret"] == secret


def test_public_keys(console: Console, api: Api) -> None:
    app, _ = create(api)
    page = edited(console, app, "credentials").check("Public key / Private key").press("Save")
    text = "'jwks' or 'jwks_uri' is required when 'token_endpoint_auth_method' is 'private_key_jwt'."
    assert page.problem_at("Public keys") == text
    page = page.fill("Public keys", "{").press("Save")
    assert page.problem_at("Public keys") == 'Expected a JSON Web Key, or a set of them: {"keys": [...]}'
    page = page.fill("Public keys", '{"kty": "RSA"}').press("Save")
    assert page.problem_at("Public keys") == "The key is not a public RSA or EC key."
    key = dict(console.okta.idp.keys.key("org").jwk)
    page = page.fill("Public keys", json.dumps(key)).press("Save")
    assert page.said == "The client credentials were saved."
    assert [entry["n"] for entry in of(api, app)["settings"]["oauthClient"]["jwks"]["keys"]] == [key["n"]]
    page = edited(console, app, "credentials").check("Use a URL to fetch keys dynamically")
    assert page.fill("Url", "https://rp.example/jwks").press("Save").said
    client = of(api, app)["settings"]["oauthClient"]
    assert (client["jwks_uri"], "jwks" in client) == ("https://rp.example/jwks", False)


def test_secrets(console: Console, api: Api) -> None:
    app, secret = create(api)
    page = console.open(f"/admin/app/{app}/general")
    assert page.words("//*[@id='Client-ID']") == app
    assert page.words("//*[@id='Client-secret-1']") == secret
    page = page.press("Generate new secret")
    assert page.said == "A client secret was generated."
    listed = api.listed(f"/apps/{app}/credentials/secrets")
    assert page.words("//*[@id='Client-secret-2']") == listed[1]["client_secret"]
    refused = page.press("Generate new secret")
    assert refused.words("//*[@role='alert']") == "You've reached the maximum number of client secrets per client."
    page = page.press("Deactivate secret 1")
    assert [entry["status"] for entry in api.listed(f"/apps/{app}/credentials/secrets")] == ["INACTIVE", "ACTIVE"]
    refused = page.press("Deactivate secret 2")
    assert refused.words("//*[@role='alert']") == "You can't deactivate the only active client secret."
    page = page.press("Activate secret 1").press("Deactivate secret 1").press("Delete secret 1")
    assert page.said == "The client secret was deleted."
    assert [entry["id"] for entry in api.listed(f"/apps/{app}/credentials/secrets")] == [listed[1]["id"]]
