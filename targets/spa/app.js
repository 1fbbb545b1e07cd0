// What the page shows, by its path: /login starts a login, /callback ends one, everything else shows the user.

import { finishLogin, startLogin } from "/login.js";

const USER = "user";

function signedInUser() {
  try {
    return JSON.parse(localStorage.getItem(USER));
  } catch {
    return null;
  }
}

function reveal(id) {
  for (const section of document.querySelectorAll("main > section")) {
    section.hidden = section.id !== id;
  }
}

function show(user) {
  if (user) {
    for (const name of ["sub", "email", "name"]) {
      document.getElementById(name).textContent = user[name] ?? "";
    }
  }
  reveal(user ? "signed-in" : "signed-out");
}

async function settings() {
  const response = await fetch("/config.json");
  return response.json();
}

async function run() {
  if (location.pathname === "/login") {
    location.assign(await startLogin(await settings()));
    return;
  }
  if (location.pathname === "/callback") {
    const parameters = new URLSearchParams(location.search);
    // The code has no business in the history, whatever comes of it.
    history.replaceState(null, "", "/callback");
    const user = await finishLogin(await settings(), parameters);
    localStorage.setItem(USER, JSON.stringify(user));
    history.replaceState(null, "", "/me");
  }
  show(signedInUser());
}

document.getElementById("sign-out").addEventListener("click", () => {
  localStorage.removeItem(USER);
  show(null);
});

try {
  await run();
} catch (error) {
  console.warn(String(error.message));
  document.getElementById("error").textContent = error.message;
  reveal("failed");
}
document.querySelector("main").removeAttribute("aria-busy");
