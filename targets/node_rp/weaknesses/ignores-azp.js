// jose does not know azp.
export default {
  checkAuthorizedParty() {},
};
