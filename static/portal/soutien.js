// The pages of support: leave fast, leave nothing on the screen, print the code. Every page works without this.
const exit = document.querySelector("[data-quick-exit]");

function forget() {
  for (const form of document.forms) form.reset();
  for (const field of document.querySelectorAll("input, textarea")) field.value = "";
  document.body.replaceChildren();
}

exit?.addEventListener("click", (event) => {
  event.preventDefault();
  const elsewhere = exit.href;
  forget();
  window.location.replace(elsewhere);
});

// From one of these pages to another, the history of the browser keeps one entry.
for (const link of document.querySelectorAll('main a[href^="/soutien/"]')) {
  link.addEventListener("click", (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    window.location.replace(link.href);
  });
}

// Shown again from the browser's memory: ask for it anew.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) {
    document.body.replaceChildren();
    window.location.replace("/soutien/");
  }
});

const print = document.querySelector("[data-print]");
if (print) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}

// A sign copied wrong is said here, before anything is sent. The server answers all wrong codes alike.
const SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const code = document.querySelector("[data-code]");
code?.addEventListener("change", () => {
  const typed = code.value.toUpperCase().replace(/[^A-Z0-9]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1");
  let total = 0;
  [...typed].reverse().forEach((sign, rank) => {
    const value = SIGNS.indexOf(sign) * (rank % 2 ? 2 : 1);
    total += Math.floor(value / 32) + (value % 32);
  });
  const right = typed.length === 16 && ![...typed].some((sign) => !SIGNS.includes(sign)) && total % 32 === 0;
  document.getElementById("code-a-relire").textContent = right || !typed ? "" : "Un signe semble mal recopié. Relisez le code, groupe par groupe.";
});
