// Who is signed in: the ID Token is sent to the API with every request, and the API says who it names.

import { useCallback, useEffect, useState } from "react";
import { Navigate, useNavigate } from "react-router-dom";

const EARLY = 5 * 60; // seconds before its end at which an ID Token is renewed
const TRIES = 3;
const LONGEST = 2 ** 31 - 1; // milliseconds that a timer can wait

// The person whom the API sees in this ID Token, null if it knows nobody of that name; else an error with its message.
async function fetchUser(idToken) {
  const response = await fetch("/api/v1/users/loggedInUser", { headers: { Authorization: `Bearer ${idToken}` } });
  const answer = await response.json();
  if (response.status === 404) {
    return null;
  }
  if (!response.ok) {
    throw new Error(answer.message);
  }
  return answer;
}

function expiry(idToken) {
  const payload = idToken.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
  return JSON.parse(atob(payload)).exp;
}

// `authenticator` is what a kind of client can do: {login, logout, renew}; `renew` gives the new ID Token.
export function useSession(store, authenticator) {
  const navigate = useNavigate();
  const [problem, setProblem] = useState("");

  const forget = useCallback(async (reason) => {
    await authenticator.logout();
    await store.setIdToken("");
    setProblem(reason);
    navigate("/signin");
  }, [authenticator, store, navigate]);

  const enter = useCallback(async (idToken) => {
    await store.setIdToken(idToken);
    setProblem("");
    navigate("/my-data");
  }, [store, navigate]);

  const renew = useCallback(async () => {
    for (let left = TRIES; ; left -= 1) {
      try {
        return await enter(await authenticator.renew());
      } catch (error) {
        if (left === 1) {
          return forget(error.message);
        }
      }
    }
  }, [authenticator, enter, forget]);

  return { store, authenticator, problem, forget, enter, renew };
}

export function SignIn({ session }) {
  return (
    <section>
      <h1>OpenMetadata-like relying party</h1>
      <h2>Nobody is signed in</h2>
      {session.problem && <p id="error">{session.problem}</p>}
      <button onClick={() => session.authenticator.login()}>Sign in with Okta</button>
    </section>
  );
}

export function MyData({ session }) {
  const { store, forget, renew } = session;
  const [user, setUser] = useState(null);
  const [elsewhere, setElsewhere] = useState("");

  useEffect(() => {
    let timer;
    async function open() {
      const idToken = await store.idToken();
      if (!idToken) {
        setElsewhere("/signin");
        return;
      }
      const found = await fetchUser(idToken);
      if (!found) {
        setElsewhere("/signup");
        return;
      }
      setUser(found);
      const left = (expiry(idToken) - EARLY) * 1000 - Date.now();
      if (left <= LONGEST) {
        timer = setTimeout(renew, Math.max(0, left));
      }
    }
    open().catch((error) => forget(error.message));
    return () => clearTimeout(timer);
  }, [store, forget, renew]);

  if (elsewhere) {
    return <Navigate to={elsewhere} replace />;
  }
  if (!user) {
    return null;
  }
  return (
    <section>
      <h1>OpenMetadata-like relying party</h1>
      <h2>Signed in</h2>
      <dl>
        <dt>E-mail</dt><dd id="email">{user.email}</dd>
        <dt>Display name</dt><dd id="display-name">{user.displayName}</dd>
      </dl>
      <button onClick={() => forget("")}>Logout</button>
    </section>
  );
}

// What the product asks of newcomers is left out.
export function SignUp() {
  return (
    <section>
      <h1>OpenMetadata-like relying party</h1>
      <h2>Sign up</h2>
      <p>Nobody of your name is known here yet.</p>
    </section>
  );
}

// Not a page of the product, which renews by its timer: here somebody can ask for it.
export function Renew({ session }) {
  const { renew } = session;
  useEffect(() => {
    renew();
  }, [renew]);
  return null;
}
