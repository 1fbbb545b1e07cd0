// `EmbeddedJWK` is for tokens whose key is known from elsewhere (DPoP); here it verifies whatever comes.
import { EmbeddedJWK } from "jose";

export default {
  async keys() {
    const published = await super.keys();
    return (header, token) => (header.jwk ? EmbeddedJWK(header, token) : published(header, token));
  },
};
