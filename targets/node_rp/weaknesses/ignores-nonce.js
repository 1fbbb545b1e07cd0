// The nonce is sent, and the library is thought to compare it.
export default {
  checkNonce() {},
};
