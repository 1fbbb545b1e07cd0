// UserInfo is merged over the ID Token's claims without comparing whom it is about.
export default {
  checkUserinfo() {},
};
