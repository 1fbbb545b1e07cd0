// Hands tokens to @okta/jwt-verifier. Standard input: {issuer, audience, client_id, optionally jwks_uri,
// tokens: [{name, kind, token, nonce}]}, kind being access_token or id_token. Standard output: {name: "accepted" or why not}.
"use strict";

const fs = require("node:fs");
const OktaJwtVerifier = require("@okta/jwt-verifier");

async function main() {
  const { issuer, jwks_uri, audience, client_id, tokens } = JSON.parse(fs.readFileSync(0, "utf8"));
  const verifier = new OktaJwtVerifier({ issuer, jwksUri: jwks_uri, clientId: client_id });
  const verdicts = {};
  for (const { name, kind, token, nonce } of tokens) {
    try {
      if (kind === "access_token") {
        await verifier.verifyAccessToken(token, audience);
      } else {
        await verifier.verifyIdToken(token, client_id, nonce);
      }
      verdicts[name] = "accepted";
    } catch (error) {
      verdicts[name] = [error.message, reason(error.innerError)].join(" ");
    }
  }
  console.log(JSON.stringify(verdicts));
}

function reason(inner) {
  return typeof inner === "object" ? inner.message : inner;
}

main();
