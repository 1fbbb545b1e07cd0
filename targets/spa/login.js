// Authorization code flow with PKCE for a public client (OIDC Core 3.1, RFC 7636, RFC 9700 2.1).

import { leftHalfHash, validateIdToken } from "/id_token.js";
import { encodeBase64url, parseObject, Rejected, shown } from "/strict.js";

const SCOPE = "openid profile email";
const LIFETIME = 3600;
const CALLBACK_PARAMETERS = ["state", "code", "iss", "error", "error_description"];

const random = () => encodeBase64url(crypto.getRandomValues(new Uint8Array(32)));
const now = () => Date.now() / 1000;
const storageKey = (state) => `login:${state}`;

// An answer of the IdP as [status, object]. Redirects are refused; so is everything that is not a JSON object.
async function ask(what, url, options = {}) {
  let response;
  let text;
  try {
    response = await fetch(url, { redirect: "error", credentials: "omit", ...options });
    text = await response.text();
  } catch {
    throw new Rejected(what, "there is no answer that this page may read");
  }
  try {
    return [response.status, parseObject(text)];
  } catch (error) {
    throw new Rejected(what, `HTTP ${response.status} is not a JSON object: ${error.message}`);
  }
}

async function discover(issuer) {
  const url = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  const [, metadata] = await ask("Discovery", url);
  if (metadata.issuer !== issuer) {
    throw new Rejected("Discovery", `issuer is ${shown(metadata.issuer)}, not ${issuer}`);
  }
  return metadata;
}

// Remembers a new login in this tab; the URL to send it to.
export async function startLogin(config) {
  const metadata = await discover(config.issuer);
  const [state, nonce, verifier] = [random(), random(), random()];
  sessionStorage.setItem(storageKey(state), JSON.stringify({ nonce, verifier, started: now() }));
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  const url = new URL(metadata.authorization_endpoint);
  const parameters = {
    response_type: "code",
    client_id: config.client_id,
    redirect_uri: config.redirect_uri,
    scope: SCOPE,
    state,
    nonce,
    code_challenge: encodeBase64url(new Uint8Array(digest)),
    code_challenge_method: "S256",
  };
  for (const [name, value] of Object.entries(parameters)) {
    url.searchParams.set(name, value);
  }
  return url.href;
}

// The user whom the authorization response signs in: {sub, email, name}.
export async function finishLogin(config, parameters) {
  const pending = takePendingLogin(parameters);
  const metadata = await discover(config.issuer);
  const code = codeOf(parameters, metadata, config);
  const tokens = await redeem(config, metadata, code, pending.verifier);
  const claims = await validateIdToken(tokens.id_token, {
    issuer: config.issuer,
    clientId: config.client_id,
    nonce: pending.nonce,
    now: now(),
    fetchKeys: async (cache) => (await ask("JWKS", metadata.jwks_uri, { cache }))[1].keys,
  });
  await checkAtHash(claims, tokens.access_token);
  const complete = { ...claims, ...(await userinfo(metadata, tokens.access_token, claims.sub)) };
  const text = (value) => (typeof value === "string" ? value : "");
  return { sub: claims.sub, email: text(complete.email), name: text(complete.name) };
}

// The login that this response answers. It is gone afterwards, however the response turns out.
function takePendingLogin(parameters) {
  const what = "Authorization response";
  for (const name of CALLBACK_PARAMETERS) {
    if (parameters.getAll(name).length > 1) {
      throw new Rejected(what, `${name} occurs more than once`);
    }
  }
  const state = parameters.get("state");
  if (!state) {
    throw new Rejected(what, state === null ? "state is missing" : "state is empty");
  }
  const stored = sessionStorage.getItem(storageKey(state));
  sessionStorage.removeItem(storageKey(state));
  if (stored === null) {
    throw new Rejected(what, "state belongs to no login that this tab has started");
  }
  const pending = JSON.parse(stored);
  if (pending.started + LIFETIME < now()) {
    throw new Rejected(what, "the login was started too long ago");
  }
  return pending;
}

function codeOf(parameters, metadata, config) {
  const what = "Authorization response";
  const iss = parameters.get("iss");
  const promised = metadata.authorization_response_iss_parameter_supported === true;
  if ((iss !== null || promised) && iss !== config.issuer) {
    throw new Rejected(what, `iss is ${shown(iss)}, not ${config.issuer}`);
  }
  if (parameters.has("error")) {
    const told = [parameters.get("error"), parameters.get("error_description") ?? ""];
    throw new Rejected(what, `the IdP reports the error ${shown(told.join(" ").trim())}`);
  }
  if (!parameters.get("code")) {
    throw new Rejected(what, "code is missing");
  }
  return parameters.get("code");
}

async function redeem(config, metadata, code, verifier) {
  const what = "Token response";
  const body = new URLSearchParams({
    grant_type: "authorization_code",
    client_id: config.client_id,
    redirect_uri: config.redirect_uri,
    code,
    code_verifier: verifier,
  });
  const [status, tokens] = await ask(what, metadata.token_endpoint, { method: "POST", body });
  if (status !== 200 || Object.hasOwn(tokens, "error")) {
    throw new Rejected(what, `HTTP ${status} ${shown(tokens.error)} ${shown(tokens.error_description)}`);
  }
  if (typeof tokens.token_type !== "string" || tokens.token_type.toLowerCase() !== "bearer") {
    throw new Rejected(what, `token_type is ${shown(tokens.token_type)}, not Bearer`);
  }
  for (const name of ["access_token", "id_token"]) {
    if (typeof tokens[name] !== "string" || !tokens[name]) {
      throw new Rejected(what, `${name} is missing`);
    }
  }
  return tokens;
}

// In the code flow at_hash may be absent, but not wrong (OIDC Core 3.1.3.8).
async function checkAtHash(claims, accessToken) {
  if (Object.hasOwn(claims, "at_hash") && claims.at_hash !== (await leftHalfHash(accessToken))) {
    throw new Rejected("ID Token", "at_hash does not fit the access token");
  }
}

// More about this very user; a failure does not undo the login (OIDC Core 5.3.2).
async function userinfo(metadata, accessToken, sub) {
  if (!metadata.userinfo_endpoint) {
    return {};
  }
  try {
    const headers = { Authorization: `Bearer ${accessToken}` };
    const [status, found] = await ask("UserInfo", metadata.userinfo_endpoint, { headers });
    if (status !== 200) {
      throw new Rejected("UserInfo", `HTTP ${status}`);
    }
    if (found.sub !== sub) {
      throw new Rejected("UserInfo", `sub is ${shown(found.sub)}, not that of the ID Token`);
    }
    return found;
  } catch (error) {
    console.warn(error.message);
    return {};
  }
}
