// The page: asks the server how people sign in here, and draws the route that the address names.

import { createRoot } from "react-dom/client";
import { BrowserRouter } from "react-router-dom";
import { ConfidentialClient } from "./confidential.jsx";
import { PublicClient } from "./public.jsx";
import { tokenStore } from "./tokens.js";

async function run() {
  const response = await fetch("/api/v1/system/config/auth");
  const config = await response.json();
  const store = await tokenStore(config.tokenStorage);
  const Client = config.clientType === "public" ? PublicClient : ConfidentialClient;
  createRoot(document.getElementById("root")).render(
    <BrowserRouter>
      <Client config={config} store={store} />
    </BrowserRouter>,
  );
}

run();
