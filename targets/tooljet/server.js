// The part of a ToolJet server that signs people in by OpenID Connect, and the files of its page.
//
// Reads TOOLJET_HOST, PORT, and what an administrator types into the form: WELL_KNOWN_URL, CLIENT_ID, CLIENT_SECRET.
// Optional, under ToolJet's names where it has them: CONFIG_ID (the configuration belongs to a workspace and has this
// id), AUTOMATIC_SSO, OIDC_CUSTOM_SCOPES, GROUP_CLAIM with GROUPS (the groups that ToolJet has), SSO_DISABLE_SIGNUPS
// with USERS (who is in the workspace), SSO_ACCEPTED_DOMAINS; lists have commas.
"use strict";

const crypto = require("node:crypto");
const path = require("node:path");
const cookieParser = require("cookie-parser");
const express = require("express");
const jose = require("jose");
const { OpenId } = require("./openid.js");

const NEEDED = ["TOOLJET_HOST", "PORT", "WELL_KNOWN_URL", "CLIENT_ID", "CLIENT_SECRET"];
const TWO_YEARS = 2 * 365 * 86_400_000; // ms, the cookie's life
const TEN_DAYS = 10 * 86_400_000; // ms, the session's life on the server
const MOST = 10_000; // sessions, and users

class Refused extends Error {
  constructor(message) {
    super(message);
    this.status = 401;
  }
}

function listed(value) {
  return (value ?? "").split(",").map((one) => one.trim()).filter(Boolean);
}

function settings(env) {
  const missing = NEEDED.filter((name) => !env[name]);
  if (missing.length > 0) {
    throw new Error(`set ${missing.join(", ")} in the environment`);
  }
  const host = env.TOOLJET_HOST.replace(/\/$/, "");
  return {
    configId: env.CONFIG_ID ?? "",
    automatic: env.AUTOMATIC_SSO === "true",
    signUp: env.SSO_DISABLE_SIGNUPS !== "true",
    users: listed(env.USERS),
    domains: listed(env.SSO_ACCEPTED_DOMAINS),
    groups: listed(env.GROUPS),
    openId: new OpenId({
      wellKnownUrl: env.WELL_KNOWN_URL,
      clientId: env.CLIENT_ID,
      clientSecret: env.CLIENT_SECRET,
      redirectUri: `${host}/sso/openid${env.CONFIG_ID ? `/${env.CONFIG_ID}` : ""}`,
      customScopes: listed(env.OIDC_CUSTOM_SCOPES),
      groupClaim: env.GROUP_CLAIM,
    }),
  };
}

// The e-mail address is all that an account goes by.
class Workspace {
  constructor({ signUp, users, domains, groups }) {
    Object.assign(this, { signUp, domains, groups });
    this.users = new Map(users.map((email) => [email, { id: crypto.randomUUID(), email }]));
  }

  enter({ email, firstName, lastName, groups }) {
    if (!email) {
      throw new Refused("Invalid credentials");
    }
    const address = email.toLowerCase();
    if (this.domains.length > 0 && !this.domains.includes(address.slice(address.lastIndexOf("@") + 1))) {
      throw new Refused("You cannot sign in using the mail id - Domain verification failed");
    }
    const known = this.users.get(address);
    if (!known && !this.signUp) {
      throw new Refused("User does not exist in the workspace");
    }
    const user = {
      id: crypto.randomUUID(),
      email: address,
      first_name: firstName || address.split("@")[0],
      last_name: lastName,
      ...known,
      groups: this.groups.filter((name) => groups.includes(name)),
    };
    put(this.users, address, user);
    return user;
  }
}

function put(map, key, value) {
  map.set(key, value);
  if (map.size > MOST) {
    map.delete(map.keys().next().value);
  }
}

class Sessions {
  constructor() {
    this.secret = crypto.randomBytes(32);
    this.live = new Map();
  }

  async begin(user) {
    const sessionId = crypto.randomUUID();
    put(this.live, sessionId, { user, ends: Date.now() + TEN_DAYS });
    return new jose.SignJWT({ sessionId, username: user.id, isSSOLogin: true })
      .setProtectedHeader({ alg: "HS256" })
      .setSubject(user.email)
      .sign(this.secret);
  }

  async of(cookie) {
    try {
      const { payload } = await jose.jwtVerify(cookie ?? "", this.secret, { algorithms: ["HS256"] });
      const session = this.live.get(payload.sessionId);
      return session?.ends > Date.now() ? { id: payload.sessionId, ...session } : undefined;
    } catch {
      return undefined;
    }
  }
}

function application({ configId, automatic, openId, ...rest }) {
  const workspace = new Workspace(rest);
  const sessions = new Sessions();
  const app = express();
  app.disable("x-powered-by");
  app.use(cookieParser(), express.json());
  const below = configId ? `/${configId}` : "";
  const strict = { httpOnly: true, sameSite: "strict" };

  app.get("/api/config", (request, response) => {
    response.json({ configId, automatic });
  });

  app.get(`/api/oauth/openid/configs${below}`, handled(async (request, response) => {
    const { authorizationUrl, codeVerifier } = await openId.start();
    response.cookie("oidc_code_verifier", codeVerifier, strict);
    response.json({ authorizationUrl });
  }));

  app.post(`/api/oauth/sign-in${below || "/common/openid"}`, handled(async (request, response) => {
    const user = workspace.enter(await openId.finish(request.body.token, request.cookies.oidc_code_verifier));
    response.cookie("tj_auth_token", await sessions.begin(user), { ...strict, maxAge: TWO_YEARS });
    response.status(201).json(user);
  }));

  app.get("/api/session", handled(async (request, response) => {
    const session = await sessions.of(request.cookies.tj_auth_token);
    if (!session) {
      throw new Refused("Unauthorized");
    }
    response.json(session.user);
  }));

  app.get("/api/logout", handled(async (request, response) => {
    sessions.live.delete((await sessions.of(request.cookies.tj_auth_token))?.id);
    response.clearCookie("tj_auth_token", strict).end();
  }));

  app.use("/api", (request, response) => {
    response.status(404).json({ statusCode: 404, message: "Not Found" });
  });
  app.use("/assets", express.static(path.join(__dirname, "page"), { index: false }));
  app.get("*", (request, response) => {
    response.sendFile(path.join(__dirname, "page", "index.html"));
  });

  app.use((error, request, response, next) => {
    console.error(`${request.method} ${request.path}: ${error.name}: ${error.message}`);
    if (response.headersSent) {
      next(error);
      return;
    }
    // Whatever is no refusal of its own, so every error of the library, is an internal error to the framework.
    const statusCode = error.status ?? 500;
    response.status(statusCode).json({ statusCode, path: request.path, message: error.message });
  });
  return app;
}

// Express 4 does not look at the promise that a handler returns.
function handled(handler) {
  return (request, response, next) => {
    handler(request, response).catch(next);
  };
}

try {
  application(settings(process.env)).listen(Number(process.env.PORT), "127.0.0.1");
} catch (error) {
  console.error(`tooljet: ${error.message}`);
  process.exitCode = 1;
}
