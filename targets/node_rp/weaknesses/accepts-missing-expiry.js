// jose looks at exp when it is there, unless it is said to be required.
export default {
  options() {
    return { ...super.options(), requiredClaims: ["iss", "sub", "aud", "iat"] };
  },
};
