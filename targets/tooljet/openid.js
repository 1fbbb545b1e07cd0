// The calls that ToolJet makes of openid-client 5, in its order and with its arguments; every check of a token is the
// library's own. What is not checked here is not checked there: docs/targets/tooljet.md says how we know.
"use strict";

const crypto = require("node:crypto");
const { Issuer, generators } = require("openid-client");

const SCOPES = ["openid", "email", "profile"];

class OpenId {
  // groupClaim: empty without group sync. customScopes: empty for the usual ones.
  constructor({ wellKnownUrl, clientId, clientSecret, redirectUri, customScopes = [], groupClaim = "" }) {
    Object.assign(this, { wellKnownUrl, clientId, clientSecret, redirectUri, groupClaim });
    const usual = groupClaim ? [...SCOPES, "groups"] : SCOPES;
    this.scope = (customScopes.length > 0 ? customScopes : usual).join(" ");
  }

  // Nothing is kept from login to login: the metadata and the keys are fetched each time.
  async client() {
    const issuer = await Issuer.discover(this.wellKnownUrl);
    return new issuer.Client({
      client_id: this.clientId,
      client_secret: this.clientSecret,
      redirect_uris: [this.redirectUri],
    });
  }

  async start() {
    const client = await this.client();
    const codeVerifier = generators.codeVerifier();
    const authorizationUrl = client.authorizationUrl({
      scope: this.scope,
      redirect_uri: this.redirectUri,
      code_challenge: generators.codeChallenge(codeVerifier),
      code_challenge_method: "S256",
      state: crypto.randomUUID(), // nobody keeps it
    });
    return { authorizationUrl, codeVerifier };
  }

  // Who has signed in: {email, firstName, lastName, groups}.
  async finish(code, codeVerifier) {
    const client = await this.client();
    const tokens = await client.callback(this.redirectUri, { code }, { code_verifier: codeVerifier });
    const idToken = tokens.id_token ? tokens.claims() : {};
    // Given the bare access token, the library cannot compare the two subjects.
    const userinfo = await client.userinfo(tokens.access_token);
    const words = userinfo.name?.split(" ") ?? [];
    return {
      email: userinfo.email || idToken.email,
      firstName: words[0] ?? "",
      lastName: words.length > 1 ? words.at(-1) : "",
      groups: [userinfo[this.groupClaim] ?? idToken[this.groupClaim] ?? []].flat(),
    };
  }
}

module.exports = { OpenId };
