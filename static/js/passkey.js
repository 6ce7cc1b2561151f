// Passkeys: asks the device, and sends what it signed with the form. Alone on the pages before the sign-in, so it imports nothing.
const PASSKEY = "[data-passkey]";
const NO_PASSKEY = "The passkey was not used. Press again, and confirm it where your device asks.";

async function passkeyOptions(form) {
  if (form.dataset.options) return JSON.parse(form.dataset.options);
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
  if (!answer.ok) throw new Error(answer.status);
  return answer.json();
}

async function askDevice(form) {
  const { publicKey } = await passkeyOptions(form);
  if (form.dataset.passkey === "create") {
    return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) });
  }
  return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) });
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches(PASSKEY)) return;
  event.preventDefault();
  if (form.inert) return; // pressed twice: the device is being asked
  form.inert = true;
  const problem = form.querySelector("[data-passkey-problem]");
  problem.hidden = true;
  try {
    form.elements.credential.value = JSON.stringify((await askDevice(form)).toJSON());
  } catch {
    problem.querySelector("span").textContent = NO_PASSKEY;
    problem.hidden = false;
    form.inert = false;
    return;
  }
  form.submit();
});
