// jose compares aud when it is told with what.
export default {
  options() {
    return { ...super.options(), audience: undefined };
  },
};
