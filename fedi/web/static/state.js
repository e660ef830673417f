/* Looks every few seconds how far the pictures are, and goes to the work once it is shown. */
"use strict";
(() => {
  let waits = 0;
  async function look() {
    const here = document.getElementById("state");
    if (!here || here.dataset.state !== "preparing") return;
    waits += 1;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" }, credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const there = page.getElementById("state");
      if (there && !here.contains(document.activeElement) && there.innerHTML !== here.innerHTML) here.replaceWith(there);
      else if (there && there.dataset.state !== "preparing") here.replaceWith(there);
    } catch { /* the next look may have more luck */ }
    setTimeout(look, Math.min(1000 + waits * 250, 5000));
  }
  setTimeout(look, 1000);
})();
