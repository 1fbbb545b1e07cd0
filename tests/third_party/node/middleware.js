// A relying party made of Express and @okta/oidc-middleware, as the library's documentation shows it.
//
// Reads ISSUER, CLIENT_ID, CLIENT_SECRET, BASE_URL and PORT; Node itself reads NODE_EXTRA_CA_CERTS.
"use strict";

const crypto = require("node:crypto");
const express = require("express");
const session = require("express-session");
const { ExpressOIDC } = require("@okta/oidc-middleware");

const { ISSUER, CLIENT_ID, CLIENT_SECRET, BASE_URL, PORT } = process.env;
const app = express();
app.use(session({ secret: crypto.randomBytes(32).toString("base64url"), resave: false, saveUninitialized: false }));

const oidc = new ExpressOIDC({
  issuer: ISSUER,
  client_id: CLIENT_ID,
  client_secret: CLIENT_SECRET,
  appBaseUrl: BASE_URL,
  scope: "openid profile email offline_access",
  routes: {
    // With four parameters it also hears of logins that failed; without it, the library says "Unauthorized" only.
    loginCallback: { afterCallback: "/me", handler: (error, request, response, next) => next(error) },
    logoutCallback: { path: "/signed-out" },
  },
  testing: { disableHttpsCheck: ISSUER.startsWith("http:") },
});
app.use(oidc.router);

app.get("/me", (request, response) => {
  if (!request.userContext) {
    response.status(401).send("Nobody is signed in");
    return;
  }
  const { userinfo } = request.userContext;
  response.send(["sub", "email", "name"].map((name) => `<p>${name}: ${escaped(userinfo[name])}`).join("\n"));
});
app.get("/protected", oidc.ensureAuthenticated(), (request, response) => response.send("Only for you"));
app.get("/sign-out", oidc.forceLogoutAndRevoke());
app.get("/signed-out", (request, response) => response.send("Goodbye"));
app.get("/healthz", (request, response) => response.send("ok"));
app.use((error, request, response, next) => {
  console.error(`${request.method} ${request.path}: ${error.message}`);
  // The library chose 401 for a login that failed.
  response.status(response.statusCode < 400 ? 500 : response.statusCode).type("text").send(error.message);
});

oidc.on("ready", () => app.listen(Number(PORT), "127.0.0.1"));
oidc.on("error", (error) => console.error(`oidc-middleware: ${error.message}`));

function escaped(value) {
  return String(value ?? "").replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
