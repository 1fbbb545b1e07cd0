// In place of Google's own loader, which the SDK would fetch from apis.google.com: as much of gapi.iframes as the SDK
// calls to talk to the frame that Google serves beside the handler.

class Frame {
  #element;
  #handlers = new Map();

  constructor(element) {
    this.#element = element;
    this.loaded = new Promise((resolve) => {
      element.addEventListener("load", resolve, { once: true });
    });
    window.addEventListener("message", (event) => {
      if (event.source === element.contentWindow && event.origin === location.origin) {
        this.#handlers.get(event.data.type)?.(event.data);
      }
    });
  }

  restyle() {
    return Promise.resolve();
  }

  ping(answered) {
    return this.loaded.then(answered);
  }

  register(type, handler) {
    this.#handlers.set(type, (message) => this.#post({ type, ...handler(message) }));
    this.#post({ type: "ready" });
  }

  // Asynchronous as Google's is: whatever the answer is, the SDK's callback throws.
  send(type, message, answered) {
    setTimeout(() => answered([{ [type]: true }]));
  }

  #post(message) {
    this.#element.contentWindow.postMessage(message, location.origin);
  }
}

const context = {
  open({ where, url, attributes }, opened) {
    const element = document.createElement("iframe");
    const { style, ...others } = attributes;
    Object.assign(element.style, style);
    for (const [name, value] of Object.entries(others)) {
      element.setAttribute(name, value);
    }
    element.src = url;
    const frame = new Frame(element);
    where.append(element);
    return opened(frame);
  },
};

window.gapi = { iframes: { Iframe: Frame, CROSS_ORIGIN_IFRAMES_FILTER: null, getContext: () => context } };
