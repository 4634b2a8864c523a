// A sign-in link brings its secret behind `#`, where no server and no log sees it: it is posted, and forgotten here.

const found = /^#link=([\w-]+)$/.exec(location.hash);
if (found) {
  history.replaceState(null, "", location.pathname + location.search);
  const form = document.getElementById("sign-in");
  form.elements.link.value = found[1];
  form.submit();
}
