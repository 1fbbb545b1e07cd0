// jose looks at iat only when a maximum age is given.
export default {
  checkIssueTime() {},
};
