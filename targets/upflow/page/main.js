// The application's page. Signing in is Google's SDK, which believes that this server is the emulator of Identity
// Platform, and so asks nobody else.

import "./gapi.js";
import { initializeApp } from "firebase/app";
import {
  OAuthProvider,
  connectAuthEmulator,
  getAuth,
  getRedirectResult,
  signInWithPopup,
  signInWithRedirect,
  signOut,
} from "firebase/auth";

async function request(url, options) {
  const response = await fetch(url, options);
  const answer = await response.json();
  if (!response.ok) {
    throw new Error(answer.message);
  }
  return answer;
}

const $ = (id) => document.getElementById(id);

function show(id) {
  for (const part of ["nobody", "sso", "signed-in"]) {
    $(part).hidden = part !== id;
  }
}

function tell(error) {
  $("error").textContent = error.message;
  $("error").hidden = false;
}

// Two gates: Okta lets in who is assigned, Upflow who is invited.
async function enter(auth) {
  const headers = { Authorization: `Bearer ${await auth.currentUser.getIdToken()}` };
  try {
    const user = await request("/api/me", { headers });
    for (const name of ["id", "email", "name"]) {
      $(name).textContent = user[name];
    }
    history.replaceState(null, "", "/me");
    show("signed-in");
  } catch (error) {
    await signOut(auth);
    tell(error);
    show("nobody");
  }
}

async function signIn(auth, { signIn: method, scopes }, email) {
  const options = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ email }) };
  const { providerId } = await request("/api/sso", options);
  const provider = new OAuthProvider(providerId);
  scopes.forEach((scope) => provider.addScope(scope));
  if (method === "popup") {
    await signInWithPopup(auth, provider);
    await enter(auth);
  } else {
    await signInWithRedirect(auth, provider);
  }
}

async function main() {
  const configuration = await request("/api/configuration");
  const { apiKey, projectId } = configuration;
  const auth = getAuth(initializeApp({ apiKey, projectId, authDomain: location.host }));
  connectAuthEmulator(auth, location.origin, { disableWarnings: true });
  $("sign-out").addEventListener("click", async () => {
    await signOut(auth);
    show("nobody");
  });
  $("sso").addEventListener("submit", (event) => {
    event.preventDefault();
    $("error").hidden = true;
    signIn(auth, configuration, $("sso").elements.email.value).catch(tell);
  });
  const result = await getRedirectResult(auth).catch(tell);
  await auth.authStateReady();
  if (location.pathname === "/sso" && !result) {
    show("sso");
  } else if (auth.currentUser) {
    if (location.pathname === "/renew") {
      await auth.currentUser.getIdToken(true);
    }
    await enter(auth);
  } else {
    show("nobody");
  }
}

main().catch(tell);
