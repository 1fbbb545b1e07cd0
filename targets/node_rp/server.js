// The pages of the relying party, on Node's own http server; sessions and pending logins are in its memory.
//
//     node server.js [WEAKNESS]
//
// Reads ISSUER, CLIENT_ID, CLIENT_SECRET, BASE_URL and PORT. For an IdP whose certificate comes from a CA of its own,
// Node itself reads NODE_EXTRA_CA_CERTS.
import crypto from "node:crypto";
import http from "node:http";
import { relyingParty } from "./relying_party.js";

const SESSIONS = 1000;
const LOGINS = 5;
const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const SIGN_IN = '<p><a href="/login">Sign in</a>';

const sessions = new Map();

function sessionOf(request) {
  const sid = /(?:^|; *)sid=([\w-]+)/.exec(request.headers.cookie ?? "")?.[1];
  return sessions.get(sid);
}

// A session is known to nobody before it begins: its secret is new at each login and at each sign-in.
function beginSession(response, content, old) {
  const sid = crypto.randomBytes(32).toString("base64url");
  sessions.delete(old?.sid);
  sessions.set(sid, { ...content, sid });
  if (sessions.size > SESSIONS) {
    sessions.delete(sessions.keys().next().value);
  }
  const secure = process.env.BASE_URL.startsWith("https:") ? "; Secure" : "";
  response.setHeader("set-cookie", `sid=${sid}; Path=/; HttpOnly; SameSite=Lax${secure}`);
}

const pages = {
  async "/"() {
    return [200, "Node", SIGN_IN];
  },

  async "/login"(request, response, party) {
    const login = party.newLogin();
    const url = await party.authorizationUrl(login);
    const session = sessionOf(request);
    const logins = new Map([...(session?.logins ?? [])].slice(1 - LOGINS)).set(login.state, login);
    if (session) {
      session.logins = logins;
    } else {
      beginSession(response, { logins });
    }
    response.setHeader("location", url);
    return [302, "To the IdP", ""];
  },

  async "/callback"(request, response, party, query) {
    const session = sessionOf(request);
    const logins = session?.logins ?? new Map();
    const parameters = party.parameters(query);
    const user = await party.finish(parameters, party.takeLogin(parameters, logins));
    beginSession(response, { user, logins }, session);
    response.setHeader("location", "/me");
    return [302, "Signed in", ""];
  },

  async "/me"(request) {
    const user = sessionOf(request)?.user;
    if (!user) {
      return [401, "Nobody is signed in", SIGN_IN];
    }
    return [200, "Signed in", ["sub", "email", "name"].map((name) => `<p>${escaped(user[name])}`).join("")];
  },
};

function escaped(value) {
  const text = typeof value === "object" ? JSON.stringify(value) : value;
  return String(text ?? "").replace(/[&<>"']/g, (character) => ENTITIES[character]);
}

async function answer(request, response, party) {
  const url = new URL(request.url, "http://localhost");
  const page = request.method === "GET" && Object.hasOwn(pages, url.pathname) && pages[url.pathname];
  try {
    return page ? await page(request, response, party, url.searchParams) : [404, "No such page", ""];
  } catch (error) {
    console.error(`node_rp: ${error.message}`);
    return [400, "Not signed in", `<p>${escaped(error.message)}`];
  }
}

async function main(env, weakness) {
  const missing = ["ISSUER", "CLIENT_ID", "CLIENT_SECRET", "BASE_URL", "PORT"].filter((name) => !env[name]);
  if (missing.length > 0) {
    throw new Error(`set ${missing.join(", ")} in the environment`);
  }
  const changed = weakness ? (await import(`./weaknesses/${weakness}.js`)).default : {};
  const party = Object.setPrototypeOf(changed, relyingParty).configure({
    issuer: env.ISSUER,
    clientId: env.CLIENT_ID,
    clientSecret: env.CLIENT_SECRET,
    baseUrl: env.BASE_URL.replace(/\/$/, ""),
  });
  const server = http.createServer(async (request, response) => {
    const [status, title, content] = await answer(request, response, party);
    response.writeHead(status, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" });
    response.end(`<!doctype html><html lang="en"><title>${title}</title><h1>${title}</h1>${content}\n`);
  });
  server.listen(Number(env.PORT), "127.0.0.1");
}

main(process.env, process.argv[2]).catch((error) => {
  console.error(`node_rp: ${error.message}`);
  process.exitCode = 1;
});
