// Where the page keeps the ID Token that it sends to the API, and okta-auth-js its tokens: that differs by release.

const ID_TOKEN = "oidcIdToken";
const OKTA_TOKENS = "okta_tokens";

// `storage` is okta-auth-js's own setting; `load` and `save` keep its tokens where it cannot keep them itself.
export async function tokenStore(kind) {
  if (kind === "localStorage") {
    return {
      storage: "localStorage",
      idToken: async () => localStorage.getItem(ID_TOKEN) ?? "",
      setIdToken: async (token) => localStorage.setItem(ID_TOKEN, token),
      load: async () => undefined,
      save: async () => {},
    };
  }
  const kept = kind === "indexedDB" ? await database() : inMemory();
  return {
    storage: "memory",
    idToken: async () => (await kept.get(ID_TOKEN)) ?? "",
    setIdToken: (token) => kept.put(ID_TOKEN, token),
    load: () => kept.get(OKTA_TOKENS),
    save: (tokens) => kept.put(OKTA_TOKENS, tokens),
  };
}

function inMemory() {
  const values = new Map();
  return { get: async (name) => values.get(name), put: async (name, value) => values.set(name, value) };
}

async function database() {
  const opening = indexedDB.open("AppDataStore", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("keyValueStore");
  const opened = await answer(opening);
  const store = (mode) => opened.transaction("keyValueStore", mode).objectStore("keyValueStore");
  return {
    get: (name) => answer(store("readonly").get(name)),
    put: (name, value) => answer(store("readwrite").put(value, name)),
  };
}

function answer(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
