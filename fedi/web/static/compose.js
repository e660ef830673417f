/* The upload form, better: many files at once, previews, progress, drag to order, tap to set the focus.
   The form works without this file; here each picture goes up at once and the form keeps its number. */
"use strict";
(() => {
  const form = document.querySelector("[data-compose]");
  if (!form || !window.XMLHttpRequest) return;
  const MOST = 10;
  const list = form.querySelector("[data-slots]");
  const status = form.querySelector("[data-status]");
  const limit = Number(form.dataset.max) || Infinity;
  let going = 0;

  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  const say = (words) => { status.textContent = words; };
  const slots = () => [...list.querySelectorAll("[data-slot]")];

  // The empty slots of the plain form are replaced by one place to drop things.
  const rest = form.querySelector("[data-rest]");
  if (rest) rest.remove();
  for (const slot of slots()) if (!slot.querySelector("[name^=media-]")) slot.remove();
  const input = make("input", { type: "file", multiple: true, className: "hidden", id: "pictures",
    accept: "image/jpeg,image/png,image/webp,image/avif,image/gif,image/tiff" });
  const drop = make("label", { className: "drop", htmlFor: "pictures" }, make("strong", { textContent: "Choose pictures" }), " or drop them here");
  list.after(input, drop);
  input.addEventListener("focus", () => drop.classList.add("over"));
  input.addEventListener("blur", () => drop.classList.remove("over"));
  input.addEventListener("change", () => { take(input.files); input.value = ""; });
  for (const kind of ["dragover", "dragenter"]) drop.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.add("over"); });
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => { event.preventDefault(); drop.classList.remove("over"); take(event.dataTransfer.files); });
  document.addEventListener("paste", (event) => { if (event.clipboardData.files.length) take(event.clipboardData.files); });

  function take(files) {
    for (const file of files) {
      if (slots().length >= MOST) { say(`A post has at most ${MOST} pictures.`); return; }
      if (file.size > limit) { say(`${file.name} is too large.`); continue; }
      add(file);
    }
  }

  function add(file) {
    const id = `p${Date.now()}${Math.random().toString(36).slice(2, 6)}`;
    const view = make("div", { className: "view" });
    const bar = make("progress", { max: 1, value: 0 });
    bar.setAttribute("aria-label", `Uploading ${file.name}`);
    const note = make("p", { className: "soft small" });
    const alt = make("textarea", { className: "short", id: `${id}-alt`, maxLength: 10000 });
    alt.dataset.field = "alt";
    alt.setAttribute("aria-describedby", "alt-hint");
    const slot = make("li", { className: "slot filled" }, view,
      make("div", { className: "stacked-in" }, make("p", { className: "small", textContent: file.name }), bar, note,
        make("div", { className: "field" }, make("label", { htmlFor: alt.id, textContent: "Description" }), alt)));
    slot.dataset.slot = "";
    list.append(slot);
    furnish(slot);
    preview(file, view, slot);
    send(file, slot, bar, note);
    number();
  }

  // Buttons to move and remove, dragging, and hidden fields: for new slots and for those the server wrote.
  function furnish(slot) {
    const old = slot.querySelector("details");
    const values = { media: value(slot, "media-"), x: value(slot, "x-") || "0", y: value(slot, "y-") || "0" };
    if (old) old.remove();
    for (const field of slot.querySelectorAll("[name^=media-]")) field.remove();
    const textarea = slot.querySelector("textarea");
    textarea.dataset.field = "alt";
    for (const name of ["media", "x", "y"]) {
      const field = make("input", { type: "hidden", value: values[name] || "" });
      field.dataset.field = name;
      slot.append(field);
    }
    const button = (words, act) => {
      const made = make("button", { type: "button", className: "act", textContent: words });
      made.addEventListener("click", act);
      return made;
    };
    const earlier = button("Earlier", () => { const before = slot.previousElementSibling; if (before) { before.before(slot); number(); earlier.focus(); } });
    const later = button("Later", () => { const after = slot.nextElementSibling; if (after) { after.after(slot); number(); later.focus(); } });
    const remove = button("Take out", () => { if (slot.request) slot.request.abort(); slot.remove(); number(); input.focus(); });
    slot.querySelector(".stacked-in").append(make("div", { className: "actions" }, earlier, later, remove));
    slot.draggable = true;
    for (const field of slot.querySelectorAll("textarea, button")) {
      field.addEventListener("focus", () => { slot.draggable = false; });
      field.addEventListener("blur", () => { slot.draggable = true; });
    }
    slot.addEventListener("dragstart", (event) => { slot.classList.add("dragging"); event.dataTransfer.effectAllowed = "move"; event.dataTransfer.setData("text/plain", ""); });
    slot.addEventListener("dragend", () => { slot.classList.remove("dragging"); number(); });
    slot.addEventListener("dragover", (event) => {
      const moving = list.querySelector(".dragging");
      if (!moving || moving === slot) return;
      event.preventDefault();
      const box = slot.getBoundingClientRect();
      if (event.clientY < box.top + box.height / 2) slot.before(moving); else slot.after(moving);
    });
    const view = slot.querySelector(".view");
    const spot = make("span", { className: "spot", hidden: true });
    view.append(spot);
    view.title = "Tap the most important part of the picture";
    view.addEventListener("click", (event) => {
      const picture = view.querySelector("canvas, img");
      if (!picture) return;
      const box = picture.getBoundingClientRect();
      const across = (event.clientX - box.left) / box.width;
      const down = (event.clientY - box.top) / box.height;
      set(slot, "x", (across * 2 - 1).toFixed(2));
      set(slot, "y", (1 - down * 2).toFixed(2));
      place(spot, across, down);
    });
    if (values.media && (Number(values.x) || Number(values.y))) place(spot, (Number(values.x) + 1) / 2, (1 - Number(values.y)) / 2);
  }

  function place(spot, across, down) {
    spot.hidden = false;
    spot.style.left = `${across * 100}%`;
    spot.style.top = `${down * 100}%`;
  }
  function value(slot, prefix) { const field = slot.querySelector(`[name^=${prefix}]`); return field ? field.value : ""; }
  function set(slot, name, text) { slot.querySelector(`[data-field=${name}]`).value = text; }
  function number() {
    slots().forEach((slot, index) => {
      for (const field of slot.querySelectorAll("[data-field]")) field.name = `${field.dataset.field}-${index + 1}`;
    });
    drop.hidden = slots().length >= MOST;
  }

  function preview(file, view, slot) {
    if (!window.createImageBitmap) return;
    createImageBitmap(file, { resizeWidth: 360, resizeQuality: "medium" }).then((bitmap) => {
      const canvas = make("canvas", { width: bitmap.width, height: bitmap.height });
      canvas.getContext("2d").drawImage(bitmap, 0, 0);
      bitmap.close();
      view.prepend(canvas);
    }).catch(() => { view.prepend(file.name.split(".").pop().toUpperCase()); slot.classList.add("blind"); });
  }

  function send(file, slot, bar, note) {
    const body = new FormData();
    body.append("csrf", form.elements.csrf.value);
    body.append("file", file, file.name);
    const request = slot.request = new XMLHttpRequest();
    going += 1;
    request.open("POST", "/compose/pictures");
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      bar.value = event.loaded / event.total;
      note.textContent = `${Math.floor(bar.value * 100)} % sent`;
    });
    request.addEventListener("loadend", () => {
      going -= 1;
      const answer = request.response || {};
      if (request.status === 201 && answer.id) {
        set(slot, "media", answer.id);
        bar.remove();
        note.textContent = "Up. It is being protected while you write.";
      } else if (slot.isConnected) {
        bar.remove();
        note.textContent = `${answer.error || "This did not go up"}. Take it out and try again.`;
        note.setAttribute("role", "alert");
      }
      if (!going) say("");
    });
    request.send(body);
  }

  form.addEventListener("submit", (event) => {
    if (going) { event.preventDefault(); say("Wait a moment: pictures are still going up."); return; }
    const failed = slots().find((slot) => !slot.querySelector("[data-field=media]").value);
    if (failed) { event.preventDefault(); say("A picture did not go up: take it out first."); failed.scrollIntoView({ block: "center" }); return; }
    const bare = slots().find((slot) => !slot.querySelector("textarea").value.trim());
    if (bare && !form.dataset.asked) {
      event.preventDefault();
      form.dataset.asked = "yes";
      bare.querySelector("textarea").focus();
      say("A picture has no description, so people who cannot see it miss it. Write one, or press the button again.");
    }
  });

  slots().forEach(furnish);
  number();
})();
