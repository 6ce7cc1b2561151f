// Passkeys: asks the device, and sends what it signed with the form. Alone on the pages before the sign-in, so it imports nothing.
const PASSKEY = "[data-passkey]";
const NO_PASSKEY = "The passkey was not used. Press again, and confirm it where your device asks.";
let offered; // a question that the browser answers in the field of the name, if somebody chooses so there

function askDevice(form, more) {
  const { publicKey } = JSON.parse(form.dataset.options);
  if (form.dataset.passkey === "create") {
    return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) });
  }
  return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey), ...more });
}

function signIn(form, credential) {
  form.elements.credential.value = JSON.stringify(credential.toJSON());
  form.submit();
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches(PASSKEY)) return;
  event.preventDefault();
  if (form.inert) return; // pressed twice: the device is being asked
  form.inert = true;
  const problem = form.querySelector("[data-passkey-problem]");
  problem.hidden = true;
  offered?.abort(); // a browser asks one at a time
  try {
    signIn(form, await askDevice(form));
  } catch {
    problem.querySelector("span").textContent = NO_PASSKEY;
    problem.hidden = false;
    form.inert = false;
  }
});

async function offerInField(form) {
  if (!(await globalThis.PublicKeyCredential?.isConditionalMediationAvailable?.())) return;
  offered = new AbortController();
  try {
    signIn(form, await askDevice(form, { mediation: "conditional", signal: offered.signal }));
  } catch {
    // Nobody chose one there: the button and the password are left
  }
}

const inField = document.querySelector(`${PASSKEY}[data-in-field]`);
if (inField) offerInField(inField);
