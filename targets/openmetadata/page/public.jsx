// The public client: okta-auth-js does the login in the page, and okta-react its callback.

import { EVENT_ERROR, EVENT_EXPIRED, EVENT_RENEWED, OktaAuth } from "@okta/okta-auth-js";
import { LoginCallback, Security } from "@okta/okta-react";
import { useCallback, useEffect, useMemo, useState } from "react";
import { Route, Routes } from "react-router-dom";
import { MyData, Renew, SignIn, SignUp, useSession } from "./session.jsx";

function oktaAuthFor(config, store) {
  return new OktaAuth({
    clientId: config.clientId,
    issuer: config.authority,
    redirectUri: config.callbackUrl,
    scopes: config.scopes,
    pkce: config.pkce,
    tokenManager: {
      autoRenew: true,
      storage: store.storage,
      syncStorage: true,
      expireEarlySeconds: 60,
      secure: true,
    },
    cookies: { secure: true, sameSite: "lax" },
    services: { autoRenew: true, renewOnTabActivation: true, tabInactivityDuration: 3600 },
  });
}

export function PublicClient({ config, store }) {
  const oktaAuth = useMemo(() => oktaAuthFor(config, store), [config, store]);
  const [loaded, setLoaded] = useState(false);

  const authenticator = useMemo(() => ({
    login: () => oktaAuth.signInWithRedirect(),
    // Nothing is revoked and Okta's session goes on: the next click signs in again.
    logout: async () => {
      oktaAuth.tokenManager.clear();
      await store.save({});
    },
    renew: async () => {
      const tokens = await oktaAuth.token.renewTokens();
      oktaAuth.tokenManager.setTokens(tokens);
      return tokens.idToken?.idToken ?? oktaAuth.getIdToken() ?? "";
    },
  }), [oktaAuth, store]);
  const session = useSession(store, authenticator);
  const { enter, forget } = session;

  // Whoever was not signed in before is signed out at Okta and sent there again. After an error of UserInfo that ends
  // never, as long as Okta's session comes back by itself.
  const requireLogin = useCallback(async () => {
    if (!oktaAuth.authStateManager.getPreviousAuthState()?.isAuthenticated) {
      oktaAuth.tokenManager.clear();
      await oktaAuth.signOut();
      await oktaAuth.signInWithRedirect();
    }
  }, [oktaAuth]);

  const restoreOriginalUri = useCallback(async () => {
    const idToken = oktaAuth.getIdToken() ?? "";
    await store.setIdToken(idToken);
    try {
      await oktaAuth.getUser();
    } catch (error) {
      console.error(error.message);
      await requireLogin();
      return;
    }
    await enter(idToken);
  }, [oktaAuth, store, requireLogin, enter]);

  useEffect(() => {
    const keep = () => oktaAuth.tokenManager.getTokens().then(store.save);
    const renewed = async (key, token) => {
      await keep();
      if (key === "idToken") {
        await store.setIdToken(token.idToken);
      }
    };
    const expired = (key) => oktaAuth.tokenManager.renew(key).catch(requireLogin);
    const events = [["added", keep], [EVENT_RENEWED, renewed], [EVENT_EXPIRED, expired], [EVENT_ERROR, requireLogin]];
    for (const [name, handler] of events) {
      oktaAuth.tokenManager.on(name, handler);
    }
    store.load().then((tokens) => {
      if (tokens) {
        oktaAuth.tokenManager.setTokens(tokens);
      }
      setLoaded(true);
    });
    return () => {
      for (const [name, handler] of events) {
        oktaAuth.tokenManager.off(name, handler);
      }
    };
  }, [oktaAuth, store, requireLogin, forget]);

  if (!loaded) {
    return null;
  }
  return (
    <Security oktaAuth={oktaAuth} restoreOriginalUri={restoreOriginalUri} onAuthRequired={requireLogin}>
      <Routes>
        <Route path="/callback" element={<LoginCallback />} />
        <Route path="/my-data" element={<MyData session={session} />} />
        <Route path="/signup" element={<SignUp />} />
        <Route path="/renew" element={<Renew session={session} />} />
        <Route path="*" element={<SignIn session={session} />} />
      </Routes>
    </Security>
  );
}
