// The page's load event comes after that of its frames; forms are sent then, and their frames load once more.
const {target, seconds} = document.body.dataset;
const go = () => location.replace(target);
setTimeout(go, seconds * 1000);
addEventListener("load", () => {
  const posts = [...document.forms];
  const answers = posts.map((form) => new Promise((done) =>
    document.getElementsByName(form.target)[0].addEventListener("load", done)));
  posts.forEach((form) => form.submit());
  Promise.all(answers).then(go);
});
