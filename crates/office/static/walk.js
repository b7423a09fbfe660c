// The walk of a check without a network. What is saved lies in the store of this browser, encrypted by a key that the session
// gave and that no script can read out, until the office has it; then it is removed. The page works without this script too.
"use strict";
(() => {
  const root = document.getElementById("walk");
  const form = document.getElementById("walk-form");
  if (!root || !form) return;
  const text = root.dataset;
  const base = text.base;
  const status = document.getElementById("walk-status");
  const list = document.getElementById("walk-list");
  const waiting = document.getElementById("walk-waiting");
  const photos = document.getElementById("walk-photos");

  /** Longest side of a picture in pixels: enough to see a place, too little to read a paper on a desk. */
  const SIDE = 1280;
  /** Pictures of one workplace at most. */
  const PHOTOS = 6;

  const say = (message, problem = false) => {
    status.textContent = message;
    status.className = problem ? "problem" : "once";
    status.hidden = !message;
  };

  if (!globalThis.isSecureContext || !globalThis.indexedDB || !crypto.subtle || !navigator.serviceWorker) {
    say(text.insecure);
    return;
  }

  // The store of this browser.
  const open = new Promise((resolve, reject) => {
    const request = indexedDB.open("tutela-walk", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("keys", { keyPath: "base" });
      request.result.createObjectStore("places", { keyPath: "id" });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const act = async (store, mode, what) => {
    const transaction = (await open).transaction(store, mode);
    const request = what(transaction.objectStore(store));
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
  };
  const get = (store, id) => act(store, "readonly", (s) => s.get(id));
  const put = (store, value) => act(store, "readwrite", (s) => s.put(value));
  const remove = (store, id) => act(store, "readwrite", (s) => s.delete(id));
  const mine = async () => (await act("places", "readonly", (s) => s.getAll())).filter((p) => p.base === base);

  // Sealing. The place of a record is bound into it: it opens nowhere else.
  const bytes = (value) => new TextEncoder().encode(value);
  const fromHex = (hex) => new Uint8Array(hex.match(/../g).map((pair) => Number.parseInt(pair, 16)));
  const seal = async (key, place) => {
    const id = `${base}/${place.client_id}`;
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const way = { name: "AES-GCM", iv, additionalData: bytes(id) };
    const sealed = await crypto.subtle.encrypt(way, key, bytes(JSON.stringify(place)));
    await put("places", { id, base, iv, sealed });
  };
  const unseal = async (key, record) => {
    const way = { name: "AES-GCM", iv: record.iv, additionalData: bytes(record.id) };
    return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt(way, key, record.sealed)));
  };

  /** What the office says of this check: null without a network, "out" when nobody is signed in. */
  const ask = async () => {
    try {
      const answer = await fetch(`${base}/state`, { redirect: "manual", cache: "no-store" });
      if (answer.type === "opaqueredirect") return "out";
      return answer.ok ? await answer.json() : null;
    } catch {
      return null;
    }
  };

  let key = null;
  let editing = null;
  let pictures = [];
  let busy = false;

  /** Forgets everything about a check that is over. */
  const forget = async () => {
    await remove("keys", base);
    await caches.delete(`tutela-walk${base}`);
    const worker = await navigator.serviceWorker.getRegistration(base);
    await worker?.unregister();
  };

  const begin = async () => {
    const said = await ask();
    let kept = await get("keys", base);
    const left = await mine();
    if (said && said !== "out") {
      if (kept && kept.owner !== said.owner && left.length) {
        say(text.otherPerson, true);
        for (const control of form.elements) control.disabled = true;
        return false;
      }
      if (!said.open) {
        if (!left.length) await forget();
        key = kept?.key ?? null;
        return Boolean(key);
      }
      if (!kept || kept.owner !== said.owner) {
        const fresh = await crypto.subtle.importKey("raw", fromHex(said.key), "AES-GCM", false, ["encrypt", "decrypt"]);
        kept = { base, owner: said.owner, key: fresh };
        await put("keys", kept);
      }
    }
    key = kept?.key ?? null;
    if (!key) return false;
    const worker = await navigator.serviceWorker.register("/checks/worker.js", { scope: base });
    if (said && said !== "out") {
      // The questions as they are today, for the time without a network.
      await navigator.serviceWorker.ready.catch(() => {});
      const cache = await caches.open(`tutela-walk${base}`);
      const shell = await fetch(`${base}/shell`, { redirect: "error", cache: "no-store" }).catch(() => null);
      if (shell?.ok) await cache.put(`${base}/shell`, shell);
    }
    await new Promise((resolve) => {
      const installing = worker.installing ?? worker.waiting;
      if (!installing || worker.active) return resolve();
      installing.addEventListener("statechange", () => {
        if (installing.state === "activated" || installing.state === "redundant") resolve();
      });
    });
    root.dataset.state = "ready";
    say(said ? text.ready : text.offline);
    return true;
  };

  // The form.
  const fields = () => {
    const values = {};
    for (const control of form.elements) {
      if (!/^(place_name|[ar]_)/.test(control.name)) continue;
      if (control.type === "radio" && !control.checked) continue;
      values[control.name] = control.value;
    }
    return values;
  };
  const clear = () => {
    for (const control of form.elements) {
      if (!/^(place_name|[ar]_)/.test(control.name)) continue;
      if (control.type === "radio") control.checked = false;
      else control.value = "";
    }
    form.elements.place.value = "";
    form.elements.version.value = "";
    form.elements.place_name.closest("p").hidden = false;
    editing = null;
    pictures = [];
    drawPictures();
    demand();
  };
  /** What is wrong must be described. */
  const demand = () => {
    for (const control of form.querySelectorAll("textarea[name^='r_']")) {
      const chosen = form.elements[`a_${control.name.slice(2)}`];
      control.required = chosen?.value === "no";
    }
  };
  form.addEventListener("change", demand);

  const load = (place) => {
    clear();
    for (const [name, value] of Object.entries(place.fields)) {
      const control = form.elements[name];
      if (control) control.value = value;
    }
    pictures = place.pictures ?? [];
    editing = place;
    drawPictures();
    demand();
    form.elements.place_name.focus();
  };

  form.addEventListener("submit", async (event) => {
    if (!key) return;
    event.preventDefault();
    const place = {
      ...(editing ?? {
        client_id: crypto.randomUUID(),
        place: form.elements.place.value,
        version: form.elements.version.value,
      }),
      client_rev: crypto.randomUUID(),
      fields: fields(),
      pictures,
      refused: null,
      conflict: null,
    };
    await seal(key, place);
    clear();
    say(text.saved);
    await draw();
    await send();
  });

  // What waits.
  const button = (label, what) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = label;
    made.addEventListener("click", what);
    return made;
  };
  const line = (label, answers) => {
    const made = document.createElement("p");
    const told = Object.values(answers ?? {}).map((word, n) => `${n + 1}: ${text[word] ?? word}`);
    made.textContent = `${label}: ${told.join("; ")}`;
    return made;
  };
  const answersOf = (place) => {
    const all = {};
    for (const [name, value] of Object.entries(place.fields)) if (name.startsWith("a_")) all[name.slice(2)] = value;
    return all;
  };
  const draw = async () => {
    const items = [];
    for (const record of await mine()) {
      const place = await unseal(key, record);
      const item = document.createElement("li");
      const name = document.createElement("strong");
      name.textContent = place.fields.place_name;
      item.append(name, " ");
      if (place.conflict) {
        const told = document.createElement("p");
        told.className = "problem";
        told.textContent = text.conflict;
        item.append(told, line(text.theirs, place.conflict.answers), line(text.mine, answersOf(place)));
        item.append(
          button(text.keepTheirs, async () => {
            await remove("places", record.id);
            await draw();
          }),
          " ",
          button(text.putMine, async () => {
            const { card, version } = place.conflict;
            await seal(key, { ...place, place: card, version: String(version), conflict: null });
            await send();
          }),
          " ",
          button(text.rename, async () => {
            await remove("places", record.id);
            const renamed = { ...place, client_id: crypto.randomUUID(), place: "", version: "", conflict: null };
            load({ ...renamed, fields: { ...place.fields, place_name: "" } });
            await draw();
          }),
        );
      } else {
        if (place.refused) {
          const told = document.createElement("p");
          told.className = "problem";
          told.textContent = `${text.refused} ${place.refused}`;
          item.append(told);
        }
        item.append(button(text.edit, () => load(place)), " ");
        item.append(
          button(text.remove, async () => {
            await remove("places", record.id);
            await draw();
          }),
        );
      }
      items.push(item);
    }
    list.replaceChildren(...items);
    waiting.hidden = items.length === 0;
    return items.length;
  };

  // Sending. Every step may be repeated: the office knows a workplace by its mark, a picture by its hash.
  const sendPlace = async (place, csrf) => {
    const given = { csrf, client_id: place.client_id, client_rev: place.client_rev, ...place.fields };
    if (place.place) Object.assign(given, { place: place.place, version: place.version });
    const answer = await fetch(base, {
      method: "POST",
      body: new URLSearchParams(given),
      headers: { accept: "application/json" },
      redirect: "manual",
    });
    if (answer.type === "opaqueredirect" || !answer.headers.get("content-type")?.includes("json")) return null;
    return answer.json();
  };
  const sendPicture = async (card, picture, csrf) => {
    const body = new FormData();
    body.append("csrf", csrf);
    body.append("place_pictures", await (await asBlob(picture)), "place.jpg");
    const answer = await fetch(`/registers/check-places/${card}/picture`, { method: "POST", body, redirect: "manual" });
    // Done leads on; what is refused stays on the form: it is there already, or will never be taken.
    return answer.type === "opaqueredirect" || answer.status === 422;
  };
  const send = async () => {
    if (!key || busy) return;
    busy = true;
    try {
      if (!(await mine()).length) return;
      const said = await ask();
      if (said === "out") return say(text.signIn, true);
      if (!said) return say(text.offline);
      for (const record of await mine()) {
        const place = await unseal(key, record);
        if (place.conflict || place.refused) continue;
        const told = place.done ?? (await sendPlace(place, said.csrf));
        if (!told) return say(text.offline);
        if (told.outcome === "conflict") await seal(key, { ...place, conflict: told });
        else if (told.outcome === "refused") await seal(key, { ...place, refused: told.text });
        else {
          let left = place.pictures ?? [];
          while (left.length) {
            if (!(await sendPicture(told.card, left[0], said.csrf))) return say(text.offline);
            left = left.slice(1);
            await seal(key, { ...place, done: told, pictures: left });
          }
          await remove("places", record.id);
        }
      }
      if (await draw()) {
        // What is left says beside itself why.
        say("");
      } else {
        say(text.sent);
        root.dataset.state = "sent";
      }
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      // No network after all: everything is kept.
      say(text.offline);
    } finally {
      busy = false;
      await draw();
    }
  };

  // Pictures. Drawn anew, so that nothing of what the camera wrote into the file is left.
  const asBlob = async (picture) => {
    const [head, body] = picture.split(",");
    const raw = atob(body);
    const array = Uint8Array.from(raw, (c) => c.charCodeAt(0));
    return new Blob([array], { type: head.slice(5).split(";")[0] });
  };
  const smaller = async (file) => {
    const image = await createImageBitmap(file);
    const part = Math.min(1, SIDE / Math.max(image.width, image.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(image.width * part));
    canvas.height = Math.max(1, Math.round(image.height * part));
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    image.close();
    return canvas.toDataURL("image/jpeg", 0.8);
  };
  const drawPictures = () => {
    const shown = pictures.map((picture, n) => {
      const item = document.createElement("li");
      const image = document.createElement("img");
      image.src = picture;
      image.alt = `${n + 1}`;
      item.append(
        image,
        button(text.remove, () => {
          pictures = pictures.filter((_, at) => at !== n);
          drawPictures();
        }),
      );
      return item;
    });
    photos.replaceChildren(...shown);
  };
  const photo = document.getElementById("photo");
  photo.addEventListener("change", async () => {
    const [file] = photo.files;
    photo.value = "";
    if (!file || pictures.length >= PHOTOS) return;
    try {
      pictures = [...pictures, await smaller(file)];
      drawPictures();
    } catch {
      // Not a picture that this browser can draw: it is not taken.
      photo.setCustomValidity("");
    }
  });

  document.getElementById("walk-send").addEventListener("click", send);
  globalThis.addEventListener("online", send);
  globalThis.addEventListener("offline", () => say(text.offline));

  (async () => {
    if (!(await begin())) return;
    document.getElementById("walk-photo").hidden = false;
    demand();
    await draw();
    await send();
  })().catch((error) => {
    say(text.insecure, true);
    console.error(error);
  });
})();
