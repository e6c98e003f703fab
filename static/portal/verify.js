// The hash of a chosen file, computed here: the file is never sent.
const chosen = document.querySelector("[data-hash-into]");
if (chosen && window.crypto?.subtle) {
  chosen.addEventListener("change", async () => {
    const file = chosen.files[0];
    if (!file) return;
    const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    const hash = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    document.getElementById(chosen.dataset.hashInto).value = hash;
    document.getElementById("empreinte-calculee").textContent = "Empreinte calculée et recopiée dans le formulaire.";
  });
}
