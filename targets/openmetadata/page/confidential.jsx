// The confidential client: the server does the login, and the page finds the ID Token in its own address.

import { useEffect, useMemo } from "react";
import { Route, Routes } from "react-router-dom";
import { MyData, Renew, SignIn, SignUp, useSession } from "./session.jsx";

function Callback({ session }) {
  const { enter, forget } = session;
  useEffect(() => {
    const idToken = new URLSearchParams(location.search).get("id_token");
    if (idToken) {
      enter(idToken);
    } else {
      forget("The address has no id_token.");
    }
  }, [enter, forget]);
  return null;
}

export function ConfidentialClient({ store }) {
  const authenticator = useMemo(() => ({
    login: () => location.assign(`/api/v1/auth/login?redirectUri=${location.origin}/auth/callback`),
    logout: () => fetch("/api/v1/auth/logout"),
    renew: async () => {
      const response = await fetch("/api/v1/auth/refresh");
      if (!response.ok) {
        throw new Error(await response.text());
      }
      return (await response.json()).accessToken;
    },
  }), []);
  const session = useSession(store, authenticator);
  return (
    <Routes>
      <Route path="/auth/callback" element={<Callback session={session} />} />
      <Route path="/my-data" element={<MyData session={session} />} />
      <Route path="/signup" element={<SignUp />} />
      <Route path="/renew" element={<Renew session={session} />} />
      <Route path="*" element={<SignIn session={session} />} />
    </Routes>
  );
}
