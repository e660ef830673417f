/* Finds the number that makes the hash of the challenge begin with zero bits, and sends the form. */
"use strict";
(async () => {
  const form = document.getElementById("wait");
  if (!form || !window.crypto || !crypto.subtle) return;
  const bits = Number(form.dataset.bits), words = new TextEncoder();
  const zeros = (hash) => {
    let left = bits;
    for (const byte of hash) {
      if (left < 8) return byte >> (8 - left) === 0;
      if (byte) return false;
      left -= 8;
    }
    return true;
  };
  for (let first = 0; ; first += 256) {
    const hashes = await Promise.all(Array.from({ length: 256 }, (_, next) =>
      crypto.subtle.digest("SHA-256", words.encode(`${form.dataset.challenge}:${first + next}`))));
    const found = hashes.findIndex((hash) => zeros(new Uint8Array(hash)));
    if (found < 0) continue;
    form.elements.answer.value = String(first + found);
    form.submit();
    return;
  }
})();
