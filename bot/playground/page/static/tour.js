// The guided tour: shown on the first visit, remembered here, opened again by "?".
const tour = document.getElementById("tour");
const steps = [...tour.querySelectorAll("section")];
let at = 0;

// What the step speaks of, once it is there: the first card may come while somebody is reading.
function mark() {
  for (const target of steps[at].dataset.at.split(", ")) {
    const found = [...document.querySelectorAll(target)].find((one) => one.checkVisibility());
    found?.classList.add("toured");
    found?.scrollIntoView({ block: "nearest" });
  }
}

function show(index) {
  at = index;
  steps.forEach((step, place) => { step.hidden = place !== at; });
  document.getElementById(`tab-${steps[at].dataset.panelShown}`)?.click();
  for (const old of document.querySelectorAll(".toured")) old.classList.remove("toured");
  mark();
  tour.querySelector(".steps").textContent = `${at + 1} of ${steps.length}`;
  tour.querySelector("[data-tour=back]").disabled = at === 0;
  tour.querySelector("[data-tour=next]").textContent = at === steps.length - 1 ? "Start" : "Next";
}

function begin() {
  if (!tour.open) tour.show();
  show(0);
  tour.querySelector("[data-tour=next]").focus();
}

function end() {
  localStorage.setItem("tour", "seen");
  for (const old of document.querySelectorAll(".toured")) old.classList.remove("toured");
  tour.close();
}

tour.addEventListener("click", ({ target }) => {
  const what = target.dataset.tour;
  if (what === "end" || (what === "next" && at === steps.length - 1)) end();
  else if (what) show(at + (what === "next" ? 1 : -1));
});
tour.addEventListener("keydown", (event) => { if (event.key === "Escape") end(); });
document.addEventListener("drawn", () => { if (tour.open) mark(); });
document.getElementById("help").addEventListener("click", begin);
if (!localStorage.getItem("tour")) begin();
