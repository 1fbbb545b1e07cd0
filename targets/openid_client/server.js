// A relying party made of Express and openid-client 5. It does what the library's documentation shows and
// nothing more: every check of a token is the library's own.
//
// Reads ISSUER, CLIENT_ID, CLIENT_SECRET, BASE_URL and PORT. For an IdP whose certificate comes from a CA of
// its own, Node itself reads NODE_EXTRA_CA_CERTS.
"use strict";

const crypto = require("node:crypto");
const express = require("express");
const session = require("express-session");
const { Issuer, generators } = require("openid-client");

const NEEDED = ["ISSUER", "CLIENT_ID", "CLIENT_SECRET", "BASE_URL", "PORT"];

async function main(env) {
  const missing = NEEDED.filter((name) => !env[name]);
  if (missing.length > 0) {
    throw new Error(`set ${missing.join(", ")} in the environment`);
  }
  const redirectUri = `${env.BASE_URL.replace(/\/$/, "")}/callback`;
  const issuer = await Issuer.discover(env.ISSUER);
  const client = new issuer.Client({
    client_id: env.CLIENT_ID,
    client_secret: env.CLIENT_SECRET,
    redirect_uris: [redirectUri],
    response_types: ["code"],
    token_endpoint_auth_method: "client_secret_basic",
  });
  const app = application(client, redirectUri);
  app.listen(Number(env.PORT), "127.0.0.1");
}

function application(client, redirectUri) {
  const app = express();
  app.disable("x-powered-by");
  app.get("/healthz", (request, response) => {
    response.type("text").send("ok");
  });
  app.use(
    session({
      secret: crypto.randomBytes(32).toString("base64url"),
      resave: false,
      saveUninitialized: false,
      // Lax: the cookie comes along when the IdP sends the browser back.
      cookie: { httpOnly: true, sameSite: "lax" },
    }),
  );

  app.get("/", (request, response) => {
    response.send(page("openid-client", '<p><a href="/login">Sign in</a>'));
  });

  app.get("/login", (request, response) => {
    const login = {
      state: generators.state(),
      nonce: generators.nonce(),
      code_verifier: generators.codeVerifier(),
    };
    request.session.login = login;
    response.redirect(
      client.authorizationUrl({
        scope: "openid profile email",
        state: login.state,
        nonce: login.nonce,
        code_challenge: generators.codeChallenge(login.code_verifier),
        code_challenge_method: "S256",
      }),
    );
  });

  app.get("/callback", handled(async (request, response) => {
    const { login } = request.session;
    delete request.session.login; // it counts once, whatever becomes of it
    if (!login) {
      throw new Error("no login is pending in this browser");
    }
    const { state, nonce, code_verifier } = login;
    const params = client.callbackParams(request);
    const tokens = await client.callback(redirectUri, params, { state, nonce, code_verifier });
    const profile = await client.userinfo(tokens);
    await regenerated(request); // a session that was there before the login must not become the user's
    request.session.user = { ...tokens.claims(), ...profile };
    response.redirect("/me");
  }));

  app.get("/me", (request, response) => {
    const { user } = request.session;
    if (!user) {
      response.status(401).send(page("Nobody is signed in", '<p><a href="/login">Sign in</a>'));
      return;
    }
    const rows = ["sub", "email", "name"].map((name) => `<dt>${name}<dd>${escaped(user[name])}`);
    response.send(page("Signed in", `<dl>${rows.join("\n")}</dl>`));
  });

  app.use((error, request, response, next) => {
    console.error(`${request.method} ${request.path}: ${error.name}: ${error.message}`);
    if (response.headersSent) {
      next(error);
      return;
    }
    response.status(400).send(page("The login failed", `<p>${escaped(error.message)}`));
  });
  return app;
}

// Express 4 does not look at the promise that a handler returns.
function handled(handler) {
  return (request, response, next) => {
    handler(request, response).catch(next);
  };
}

function regenerated(request) {
  return new Promise((resolve, reject) => {
    request.session.regenerate((error) => (error ? reject(error) : resolve()));
  });
}

const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

function escaped(value) {
  return String(value ?? "").replace(/[&<>"']/g, (character) => ENTITIES[character]);
}

function page(title, content) {
  return `<!doctype html>
<html lang="en">
<title>${title}</title>
<h1>${title}</h1>
${content}
`;
}

main(process.env).catch((error) => {
  console.error(`openid_client: ${error.message}`);
  process.exitCode = 1;
});
