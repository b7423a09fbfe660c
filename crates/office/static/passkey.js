// Passkeys: the browser asks the authenticator, and what it says goes into the form. Without script these forms stay hidden; there is
// another way to sign in beside each of them.
"use strict";
(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replaceAll("+", "-")
      .replaceAll("/", "_")
      .replaceAll("=", "");
  const named = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  async function create(options) {
    const made = await navigator.credentials.create({
      publicKey: {
        ...options,
        challenge: bytes(options.challenge),
        user: { ...options.user, id: bytes(options.user.id) },
        excludeCredentials: named(options.excludeCredentials),
      },
    });
    return {
      passkey_client_data: text(made.response.clientDataJSON),
      passkey_attestation: text(made.response.attestationObject),
    };
  }

  async function get(options) {
    const used = await navigator.credentials.get({
      publicKey: {
        ...options,
        challenge: bytes(options.challenge),
        allowCredentials: named(options.allowCredentials),
      },
    });
    return {
      passkey_id: text(used.rawId),
      passkey_client_data: text(used.response.clientDataJSON),
      passkey_data: text(used.response.authenticatorData),
      passkey_signature: text(used.response.signature),
      passkey_owner: used.response.userHandle ? text(used.response.userHandle) : "",
    };
  }

  async function ask(form) {
    const answer = await fetch(form.dataset.passkey, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    const options = await answer.json();
    if (!answer.ok) throw new Error(options.problem);
    let said;
    try {
      said = await (options.user ? create(options) : get(options));
    } catch {
      // Why, the browser has told already; to a page it tells nothing on purpose.
      throw new Error(form.dataset.failed);
    }
    for (const [name, value] of Object.entries(said)) form.elements[name].value = value;
    form.submit();
  }

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (!window.PublicKeyCredential) continue;
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const problem = form.querySelector("[role=alert]");
      const button = form.querySelector("button");
      problem.textContent = "";
      button.disabled = true;
      ask(form)
        .catch((error) => (problem.textContent = error.message || form.dataset.failed))
        .finally(() => (button.disabled = false));
    });
  }
})();
