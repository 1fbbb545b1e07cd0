// One login, checked with jose where jose has a check and by hand where it has none. A weakness is an object with
// other versions of some of these methods (weaknesses/).
// OIDC Core 3.1 and 5.3, RFC 6749 4.1, RFC 7636, RFC 8725 3, RFC 9207.
import crypto from "node:crypto";
import { createRemoteJWKSet, jwtVerify } from "jose";

const CLOCK_TOLERANCE = 30; // seconds

export class Refused extends Error {}

export function must(condition, message) {
  if (!condition) {
    throw new Refused(message);
  }
}

export const relyingParty = {
  // Once, before anything else. `config`: issuer, clientId, clientSecret, baseUrl.
  configure(config) {
    this.config = config;
    return this;
  },

  async json(what, url, request = {}) {
    let response, body;
    try {
      response = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(10_000), ...request });
      body = JSON.parse(await response.text());
    } catch (error) {
      throw new Refused(`${what}: ${error.name}`);
    }
    must(body && typeof body === "object" && !Array.isArray(body), `${what}: not a JSON object`);
    return { status: response.status, body };
  },

  async discovery() {
    if (!this.metadata) {
      const url = `${this.config.issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
      const { status, body } = await this.json("discovery", url);
      must(status === 200, `discovery: HTTP ${status}`);
      must(body.issuer === this.config.issuer, "discovery: it is of another issuer");
      for (const name of ["authorization_endpoint", "token_endpoint", "jwks_uri"]) {
        const scheme = url.startsWith("https:") ? /^https:\/\// : /^https?:\/\//;
        must(scheme.test(body[name]), `discovery: ${name} is no URL, or has no TLS`);
      }
      this.metadata = body;
    }
    return this.metadata;
  },

  random: () => crypto.randomBytes(32).toString("base64url"),

  newLogin() {
    return { state: this.newState(), nonce: this.newNonce(), verifier: this.newVerifier() };
  },
  newState() {
    return this.random();
  },
  newNonce() {
    return this.random();
  },
  newVerifier() {
    return this.random();
  },

  redirectUri() {
    return `${this.config.baseUrl}/callback`;
  },

  challenge({ verifier }) {
    const digest = crypto.createHash("sha256").update(verifier).digest("base64url");
    return { code_challenge: digest, code_challenge_method: "S256" };
  },

  async authorizationUrl(login) {
    const url = new URL((await this.discovery()).authorization_endpoint);
    const parameters = {
      client_id: this.config.clientId,
      response_type: "code",
      redirect_uri: this.redirectUri(),
      scope: "openid profile email",
      state: login.state,
      nonce: login.nonce,
      ...this.challenge(login),
    };
    for (const [name, value] of Object.entries(parameters)) {
      if (value) {
        url.searchParams.set(name, value);
      }
    }
    return url.href;
  },

  // The parameters of a callback, from a URLSearchParams.
  parameters(query) {
    const names = ["code", "state", "iss", "error", "error_description"];
    for (const name of names) {
      must(query.getAll(name).length <= 1, `callback: ${name} came twice`);
    }
    return Object.fromEntries(query);
  },

  // The login that is answered, taken out of the browser's pending ones (a Map by state).
  takeLogin({ state }, logins) {
    const login = logins.get(state);
    must(login, "callback: this browser has not asked with this state");
    this.forget(login, logins);
    return login;
  },

  forget({ state }, logins) {
    logins.delete(state);
  },

  async checkSender({ iss }) {
    const promised = (await this.discovery()).authorization_response_iss_parameter_supported === true;
    must(iss === this.config.issuer || (iss === undefined && !promised), "callback: it comes from another issuer");
  },

  checkError({ error, error_description: description = "" }) {
    must(error === undefined, `callback: ${error} ${description}`);
  },

  // Who signs in: the claims of the ID Token, and what UserInfo adds.
  async finish(parameters, login) {
    await this.checkSender(parameters);
    this.checkError(parameters);
    must(parameters.code, "callback: code is missing");
    const tokens = await this.redeem(parameters.code, login);
    const claims = await this.identify(tokens, login);
    return { ...claims, ...(await this.userinfo(tokens.access_token, claims)) };
  },

  async redeem(code, login) {
    const form = { grant_type: "authorization_code", code, redirect_uri: this.redirectUri() };
    if (login.verifier) {
      form.code_verifier = login.verifier;
    }
    const { clientId, clientSecret } = this.config;
    const basic = Buffer.from([clientId, clientSecret].map(encodeURIComponent).join(":")).toString("base64");
    const { status, body } = await this.json("token", (await this.discovery()).token_endpoint, {
      method: "POST",
      headers: { authorization: `Basic ${basic}` },
      body: new URLSearchParams(form),
    });
    this.checkTokenStatus(status, body);
    must(typeof body.access_token === "string" && body.access_token, "token: access_token is missing");
    must(String(body.token_type).toLowerCase() === "bearer", "token: token_type is not Bearer");
    return body;
  },

  checkTokenStatus(status, { error }) {
    must(status === 200 && error === undefined, `token: HTTP ${status} ${error}`);
  },

  async identify(tokens, login) {
    must(typeof tokens.id_token === "string", "token: id_token is missing");
    const { header, claims } = await this.verified(tokens.id_token);
    this.checkType(header);
    this.checkAudience(claims);
    this.checkAuthorizedParty(claims);
    this.checkIssueTime(claims);
    this.checkNonce(claims, login);
    this.checkAtHash(claims, tokens.access_token);
    return { ...claims, sub: this.subject(claims) };
  },

  // Header and claims of a token that jose finds good.
  async verified(token) {
    try {
      const { protectedHeader, payload } = await jwtVerify(token, await this.keys(), this.options());
      return { header: protectedHeader, claims: payload };
    } catch (error) {
      throw new Refused(`ID Token: ${error.message}`);
    }
  },

  // What jose looks for a key with: the header's kid and alg decide among the published ones.
  async keys() {
    this.published ??= createRemoteJWKSet(new URL((await this.discovery()).jwks_uri));
    return this.published;
  },

  options() {
    return {
      algorithms: ["RS256"],
      issuer: this.config.issuer,
      audience: this.config.clientId,
      clockTolerance: CLOCK_TOLERANCE,
      requiredClaims: ["iss", "sub", "aud", "exp", "iat"],
    };
  },

  checkType({ typ = "JWT" }) {
    must(!String(typ).toLowerCase().endsWith("+jwt"), "ID Token: its type is another");
  },

  // jose is content when this client is one of several.
  checkAudience({ aud }) {
    must([aud].flat().length === 1, "ID Token: it has other audiences, too");
  },

  checkAuthorizedParty({ azp = this.config.clientId }) {
    must(azp === this.config.clientId, "ID Token: azp is another client");
  },

  checkIssueTime({ iat }) {
    must(typeof iat === "number" && iat <= Date.now() / 1000 + CLOCK_TOLERANCE, "ID Token: iat is in the future");
  },

  checkNonce({ nonce }, login) {
    must(nonce === login.nonce, "ID Token: nonce is of another login");
  },

  checkAtHash({ at_hash: hash }, accessToken) {
    const half = crypto.createHash("sha256").update(accessToken).digest().subarray(0, 16);
    must(hash === undefined || hash === half.toString("base64url"), "ID Token: at_hash is of another access token");
  },

  subject({ sub }) {
    must(typeof sub === "string" && sub.trim() && sub.length <= 255, "ID Token: sub names nobody");
    return sub;
  },

  // Without UserInfo there is less to show, and no reason to refuse the login.
  async userinfo(accessToken, claims) {
    try {
      const { userinfo_endpoint: endpoint } = await this.discovery();
      const headers = { authorization: `Bearer ${accessToken}` };
      const { status, body } = await this.json("userinfo", endpoint, { headers });
      must(status === 200, `userinfo: HTTP ${status}`);
      this.checkUserinfo(body, claims);
      return body;
    } catch (error) {
      console.error(`node_rp: ${error.message}`);
      return {};
    }
  },

  checkUserinfo({ sub }, claims) {
    must(sub === claims.sub, "userinfo: it is about somebody else");
  },
};
