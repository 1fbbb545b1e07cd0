// In a frame of the application's page: hands it what the handler left, in this tab or from a popup.

const EVENT = "firebase:authEvent";
const NOTHING = { type: "unknown", eventId: null, error: { code: "auth/no-auth-event" } };

function send(authEvent) {
  parent.postMessage({ type: "authEvent", authEvent }, location.origin);
}

addEventListener("message", (message) => {
  if (message.source === parent && message.origin === location.origin && message.data.type === "ready") {
    const left = sessionStorage.getItem(EVENT);
    sessionStorage.removeItem(EVENT);
    send(left ? JSON.parse(left) : NOTHING);
  }
});
new BroadcastChannel(EVENT).addEventListener("message", (message) => send(message.data));
