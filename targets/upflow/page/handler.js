// The page at the redirect URI. The SDK opens it to begin a login and the IdP to end one; in between, the tab's session
// storage knows which. The authorization response goes to the SDK as it came.

const PENDING = "firebase:handler";
const EVENT = "firebase:authEvent";

function tell(message) {
  const error = document.getElementById("error");
  error.textContent = message;
  error.hidden = false;
}

async function begin(asked) {
  const redirectUrl = new URL(asked.get("redirectUrl"));
  if (redirectUrl.origin !== location.origin) {
    throw new Error("This domain is not authorized to run this operation.");
  }
  const body = {
    providerId: asked.get("providerId"),
    continueUri: location.origin + location.pathname,
    oauthScope: (asked.get("scopes") ?? "").replaceAll(",", " "),
    customParameter: JSON.parse(asked.get("customParameters") ?? "{}"),
  };
  const url = `/identitytoolkit.googleapis.com/v1/accounts:createAuthUri?key=${encodeURIComponent(asked.get("apiKey"))}`;
  const headers = { "Content-Type": "application/json" };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  const answer = await response.json();
  if (!response.ok) {
    throw new Error(answer.error.message);
  }
  const pending = {
    type: asked.get("authType"),
    eventId: asked.get("eventId"),
    sessionId: answer.sessionId,
    redirectUrl: redirectUrl.href,
  };
  sessionStorage.setItem(PENDING, JSON.stringify(pending));
  location.replace(answer.authUri);
}

function end() {
  const known = sessionStorage.getItem(PENDING);
  if (!known) {
    throw new Error(
      "Unable to process request due to missing initial state. This may happen if browser sessionStorage is " +
        "inaccessible or accidentally cleared.",
    );
  }
  sessionStorage.removeItem(PENDING);
  const { redirectUrl, ...pending } = JSON.parse(known);
  const event = { ...pending, urlResponse: location.href, postBody: document.body.dataset.postBody, tenantId: null };
  if (pending.type === "signInViaPopup") {
    new BroadcastChannel(EVENT).postMessage(event);
    return;
  }
  sessionStorage.setItem(EVENT, JSON.stringify(event));
  location.replace(redirectUrl);
}

try {
  const asked = new URLSearchParams(location.search);
  await (asked.has("authType") ? begin(asked) : end());
} catch (error) {
  tell(error.message);
}
