// Keeps the walk page of one check at hand without a network. It holds the bare page and its files, nothing about persons:
// what is written down lies encrypted in the store of the page.
"use strict";
const home = new URL(self.registration.scope).pathname;
const kept = `tutela-walk${home}`;
const files = ["/static/style.css", "/static/walk.js", "/static/app.js", "/static/icon.svg", "/static/walk.webmanifest"];

async function keep() {
  const cache = await caches.open(kept);
  for (const path of [...files, `${home}/shell`]) {
    // A page that leads to the sign-in is not the page.
    const answer = await fetch(path, { redirect: "error", cache: "no-cache" });
    if (answer.ok) await cache.put(path, answer);
    else throw new Error(`${path}: ${answer.status}`);
  }
}

self.addEventListener("install", (event) => event.waitUntil(keep().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  const path = request.mode === "navigate" && url.pathname === home ? `${home}/shell` : url.pathname;
  if (path !== `${home}/shell` && !files.includes(path)) return;
  event.respondWith(
    fetch(request).catch(async () => (await (await caches.open(kept)).match(path)) ?? Response.error()),
  );
});
