// `fetch` does not throw on a status of 400, and nobody looks.
export default {
  checkTokenStatus() {},
};
