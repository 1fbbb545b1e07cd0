// JSON and base64url without leniency: what two parsers could read differently is refused
// (RFC 7519 4: unique claim names; RFC 7515 2: base64url without padding).

// A check failed; the login ends here.
export class Rejected extends Error {
  constructor(what, why) {
    super(`${what} rejected: ${why}`);
  }
}

// A value from outside in one short line.
export function shown(value) {
  const text = JSON.stringify(value) ?? "missing";
  return text.length <= 100 ? text : `${text.slice(0, 100)}...`;
}

// A JSON object; throws for anything else, also for members that occur twice.
export function parseObject(text) {
  const document = JSON.parse(text);
  if (typeof document !== "object" || document === null || Array.isArray(document)) {
    throw new SyntaxError("it is not a JSON object");
  }
  refuseDuplicates(text);
  return document;
}

// The text is valid JSON here, so its tokens are enough: a string before a colon is a member's name.
function refuseDuplicates(text) {
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[{}:]/g) ?? [];
  const open = [];
  tokens.forEach((token, index) => {
    if (token === "{") {
      open.push(new Set());
    } else if (token === "}") {
      open.pop();
    } else if (token !== ":" && tokens[index + 1] === ":") {
      const name = JSON.parse(token);
      if (open.at(-1).has(name)) {
        throw new SyntaxError(`member ${shown(name)} occurs twice`);
      }
      open.at(-1).add(name);
    }
  });
}

export function encodeBase64url(bytes) {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

// The bytes of a base64url text; throws for padding, foreign characters and spare bits.
export function decodeBase64url(text) {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) {
    throw new SyntaxError("it is not base64url");
  }
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  if (encodeBase64url(bytes) !== text) {
    throw new SyntaxError("its base64url has spare bits");
  }
  return bytes;
}
