// The pending login is never deleted: a callback can be opened again and again.
export default {
  forget() {},
};
