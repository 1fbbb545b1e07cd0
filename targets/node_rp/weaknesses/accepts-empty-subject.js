// sub is there, as jose was told to require.
export default {
  subject({ sub }) {
    return typeof sub === "string" ? sub : super.subject({ sub });
  },
};
