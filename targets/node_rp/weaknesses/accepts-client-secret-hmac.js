// Both kinds of key, because other clients of this IdP have their tokens signed with the secret.
export default {
  options() {
    return { ...super.options(), algorithms: ["RS256", "HS256"] };
  },
  async keys() {
    const published = await super.keys();
    const secret = new TextEncoder().encode(this.config.clientSecret);
    return (header, token) => (header.alg === "HS256" ? secret : published(header, token));
  },
};
