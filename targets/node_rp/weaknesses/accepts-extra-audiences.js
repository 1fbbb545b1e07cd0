// That we are among the audiences is all that jose looks at.
export default {
  checkAudience() {},
};
