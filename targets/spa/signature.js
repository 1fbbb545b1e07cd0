// The ID Token as a JWS: structure, header, key and signature (RFC 7515 5.2, RFC 8725 3, OIDC Core 10.1).

import { decodeBase64url, parseObject, Rejected, shown } from "/strict.js";

const WHAT = "ID Token";
const ALGORITHM = "RS256";
const RSA = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
const MINIMUM_RSA_BITS = 2048;

// {header, payload (text)} of a token that a published key of the issuer has signed.
export async function verifiedPayload(compact, fetchKeys) {
  const token = read(compact);
  if (Object.hasOwn(token.header, "crit")) {
    throw new Rejected(WHAT, `header crit asks for ${shown(token.header.crit)}, which is not supported`);
  }
  if (token.header.alg !== ALGORITHM) {
    throw new Rejected(WHAT, `alg is ${shown(token.header.alg)}, not ${ALGORITHM}`);
  }
  for (const key of await signingKeys(token.header, fetchKeys)) {
    if (await crypto.subtle.verify(RSA.name, key, token.signature, token.signingInput)) {
      return token;
    }
  }
  throw new Rejected(WHAT, "signature does not fit");
}

function read(compact) {
  const parts = compact.split(".");
  if (parts.length !== 3) {
    throw new Rejected(WHAT, `it has ${parts.length} parts, a signed token has three`);
  }
  try {
    const text = (part) => new TextDecoder("utf-8", { fatal: true }).decode(decodeBase64url(part));
    return {
      header: parseObject(text(parts[0])),
      payload: text(parts[1]),
      signature: decodeBase64url(parts[2]),
      signingInput: new TextEncoder().encode(`${parts[0]}.${parts[1]}`),
    };
  } catch (error) {
    throw new Rejected(WHAT, `it is malformed: ${error.message}`);
  }
}

// The issuer's keys that this header can mean; a kid that is unknown has the JWKS fetched again.
async function signingKeys(header, fetchKeys) {
  for (const cache of ["default", "reload"]) {
    const published = await fetchKeys(cache);
    const jwks = (Array.isArray(published) ? published : []).filter((jwk) => isMeant(jwk, header));
    const keys = (await Promise.all(jwks.map(usableKey))).filter((key) => key !== null);
    if (!Object.hasOwn(header, "kid") && keys.length > 1) {
      throw new Rejected(WHAT, "header kid is missing and the issuer has several keys");
    }
    if (keys.length) {
      return keys;
    }
  }
  throw new Rejected(WHAT, `kid ${shown(header.kid)} is no key of the issuer`);
}

function isMeant(jwk, header) {
  if (typeof jwk !== "object" || jwk === null || jwk.kty !== "RSA") {
    return false;
  }
  if (Object.hasOwn(header, "kid") && (typeof header.kid !== "string" || jwk.kid !== header.kid)) {
    return false;
  }
  return (jwk.use ?? "sig") === "sig" && (jwk.alg ?? ALGORITHM) === ALGORITHM;
}

async function usableKey(jwk) {
  try {
    const key = await crypto.subtle.importKey("jwk", { kty: "RSA", n: jwk.n, e: jwk.e }, RSA, false, ["verify"]);
    return key.algorithm.modulusLength >= MINIMUM_RSA_BITS ? key : null;
  } catch {
    return null;
  }
}
