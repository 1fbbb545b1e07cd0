// One login at a time is thought possible, so the newest is the one.
export default {
  takeLogin(parameters, logins) {
    const newest = parameters.state ? [...logins.keys()].at(-1) : undefined;
    return super.takeLogin({ ...parameters, state: newest }, logins);
  },
};
