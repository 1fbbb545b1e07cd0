// The ID Token's claims (OIDC Core 2, 3.1.3.7; RFC 8725 3.11).

import { verifiedPayload } from "/signature.js";
import { encodeBase64url, parseObject, Rejected, shown } from "/strict.js";

const WHAT = "ID Token";
const LEEWAY = 60;
const YEAR_10000 = 253_402_300_800;
const OLDEST = 600;
const LONGEST_SUBJECT = 255;

// The claims of a token that passed every check.
// expected: {issuer, clientId, nonce, now (seconds), fetchKeys(cache) → JWKs}
export async function validateIdToken(compact, expected) {
  const { header, payload } = await verifiedPayload(compact, expected.fetchKeys);
  let claims;
  try {
    claims = parseObject(payload);
  } catch (error) {
    throw new Rejected(WHAT, `its payload is malformed: ${error.message}`);
  }
  checkType(header);
  checkEqual("iss", claims.iss, expected.issuer);
  checkSubject(claims);
  checkAudience(claims, expected.clientId);
  checkTimes(claims, expected.now);
  if (claims.nonce !== expected.nonce) {
    throw new Rejected(WHAT, `nonce is ${shown(claims.nonce)}, not the one of this login`);
  }
  return claims;
}

// base64url of the left half of the SHA-256, which goes with RS256 (3.1.3.6).
export async function leftHalfHash(value) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(value));
  return encodeBase64url(new Uint8Array(digest, 0, 16));
}

function checkEqual(name, value, expected) {
  if (value !== expected) {
    throw new Rejected(WHAT, `${name} is ${shown(value)}, not ${shown(expected)}`);
  }
}

function checkType(header) {
  const type = Object.hasOwn(header, "typ") ? header.typ : "JWT";
  if (typeof type !== "string" || type.toLowerCase().endsWith("+jwt")) {
    throw new Rejected(WHAT, `typ is ${shown(type)}`);
  }
}

function checkSubject(claims) {
  if (typeof claims.sub !== "string" || !claims.sub.trim()) {
    throw new Rejected(WHAT, `sub is ${shown(claims.sub)}, not the name of a user`);
  }
  if (claims.sub.length > LONGEST_SUBJECT) {
    throw new Rejected(WHAT, `sub has ${claims.sub.length} characters`);
  }
}

// This client and nobody else: no other audience is trusted here.
function checkAudience(claims, clientId) {
  const audiences = Array.isArray(claims.aud) ? claims.aud : [claims.aud];
  if (audiences.length !== 1 || audiences[0] !== clientId) {
    throw new Rejected(WHAT, `aud is ${shown(claims.aud)}, not ${shown(clientId)}`);
  }
  if (Object.hasOwn(claims, "azp")) {
    checkEqual("azp", claims.azp, clientId);
  }
}

function numberOf(claims, name) {
  if (typeof claims[name] !== "number" || !(claims[name] >= 0 && claims[name] < YEAR_10000)) {
    throw new Rejected(WHAT, `${name} is ${shown(claims[name])}, not a number of seconds`);
  }
  return claims[name];
}

function checkTimes(claims, now) {
  if (numberOf(claims, "exp") + LEEWAY <= now) {
    throw new Rejected(WHAT, `exp ${claims.exp} is in the past`);
  }
  if (numberOf(claims, "iat") - LEEWAY > now) {
    throw new Rejected(WHAT, `iat ${claims.iat} is in the future`);
  }
  if (claims.iat + OLDEST < now) {
    throw new Rejected(WHAT, `iat ${claims.iat} is too long ago`);
  }
  if (Object.hasOwn(claims, "nbf") && numberOf(claims, "nbf") - LEEWAY > now) {
    throw new Rejected(WHAT, `nbf ${claims.nbf} is in the future`);
  }
}
