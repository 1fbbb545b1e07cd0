// A single-page application as the documentation of @okta/okta-auth-js shows it. The test calls its functions.
// `settings` comes from /settings.js: by server, {issuer, clientId}.
"use strict";

const server = new URLSearchParams(location.search).get("server") || sessionStorage.getItem("server");
sessionStorage.setItem("server", server);

const auth = new OktaAuth({
  ...settings[server],
  redirectUri: `${location.origin}/callback`,
  postLogoutRedirectUri: `${location.origin}/signed-out`,
  scopes: ["openid", "profile", "email"],
  // No page that the browser leaves asks for anything behind the test's back.
  tokenManager: { autoRenew: false, autoRemove: false },
  services: { autoRenew: false, autoRemove: false, syncStorage: false },
});

function show(text) {
  document.getElementById("state").textContent = text;
}

async function open() {
  await auth.start(); // forgets the tokens of a session that it signed out of
  if (auth.isLoginRedirect()) {
    await auth.handleLoginRedirect();
  }
  return Object.keys(await auth.tokenManager.getTokens()).length > 0 ? "Signed in" : "Nobody is signed in";
}

open().then(show, (error) => show(`${error.name}: ${error.message}`));
