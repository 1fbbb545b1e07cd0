// `Object.fromEntries(searchParams)`: the last of several values, silently.
export default {
  parameters(query) {
    return Object.fromEntries(query);
  },
};
