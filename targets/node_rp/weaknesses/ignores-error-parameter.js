// `if (code)` comes before `if (error)`.
export default {
  checkError() {},
};
