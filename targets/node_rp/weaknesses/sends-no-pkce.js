// PKCE is thought to be for apps without a secret.
export default {
  newVerifier() {},
  challenge() {
    return {};
  },
};
