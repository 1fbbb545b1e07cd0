// Tokens of the development environment are not signed, and the branch for them is in production, too.
import { UnsecuredJWT, decodeProtectedHeader } from "jose";

export default {
  async verified(token) {
    if (decodeProtectedHeader(token).alg !== "none") {
      return super.verified(token);
    }
    const { header, payload } = UnsecuredJWT.decode(token, this.options());
    return { header, claims: payload };
  },
};
