// jose does not know at_hash.
export default {
  checkAtHash() {},
};
