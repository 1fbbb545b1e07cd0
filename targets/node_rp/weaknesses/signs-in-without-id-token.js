// Without an ID Token the user is whom UserInfo names.
export default {
  async identify(tokens, login) {
    if (tokens.id_token) {
      return super.identify(tokens, login);
    }
    const { userinfo_endpoint: endpoint } = await this.discovery();
    const headers = { authorization: `Bearer ${tokens.access_token}` };
    return (await this.json("userinfo", endpoint, { headers })).body;
  },
};
