const {message, origin} = document.body.dataset;
(window.opener || window.parent).postMessage(JSON.parse(message), origin);
