// The routes of the page: /sso/openid[/<config id>] ends a login, /login[/<workspace>] begins one, the rest is for those
// who are signed in.

const config = await json("/api/config");
const below = config.configId ? `/${config.configId}` : "";

async function json(url, options) {
  const response = await fetch(url, options);
  const body = await response.json();
  if (!response.ok) {
    throw new Error(body.message);
  }
  return body;
}

function reveal(id) {
  for (const section of document.querySelectorAll("main > section")) {
    section.hidden = section.id !== id;
  }
}

async function signIn() {
  try {
    const { authorizationUrl } = await json(`/api/oauth/openid/configs${below}`);
    location.href = authorizationUrl;
  } catch (error) {
    showLogin(error.message);
  }
}

function showLogin(error) {
  history.replaceState(null, "", "/login");
  const line = document.getElementById("error");
  line.textContent = error;
  line.hidden = !error;
  if (config.automatic && !error) {
    signIn();
    return;
  }
  reveal("login");
}

async function showWorkspace() {
  let user;
  try {
    user = await json("/api/session");
  } catch {
    showLogin("");
    return;
  }
  history.replaceState(null, "", "/");
  document.getElementById("email").textContent = user.email;
  document.getElementById("name").textContent = `${user.first_name} ${user.last_name}`;
  document.getElementById("groups").textContent = user.groups.join(", ");
  reveal("workspace");
}

async function finishLogin(parameters) {
  const refusal = parameters.get("error_description") || parameters.get("error");
  if (refusal) {
    showLogin(refusal);
    return;
  }
  const body = JSON.stringify({
    token: parameters.get("code") ?? undefined,
    state: parameters.get("state") ?? undefined,
  });
  const headers = { "content-type": "application/json" };
  try {
    await json(`/api/oauth/sign-in${below || "/common/openid"}`, { method: "POST", headers, body });
  } catch (error) {
    showLogin(`Open ID login failed - ${error.message}`);
    return;
  }
  await showWorkspace();
}

document.getElementById("sign-in").addEventListener("click", signIn);
document.getElementById("sign-out").addEventListener("click", async () => {
  await fetch("/api/logout");
  location.assign("/login");
});

if (location.pathname === `/sso/openid${below}`) {
  await finishLogin(new URLSearchParams(location.search));
} else if (location.pathname.startsWith("/login")) {
  showLogin("");
} else {
  await showWorkspace();
}
