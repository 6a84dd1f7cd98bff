// The playground's clock: set by the server, ticked here; and how long it is to each instant that lies ahead.
const shown = document.querySelector("#clock time");
const zone = shown.dataset.zone;
const time = { timeZone: zone, hour: "2-digit", minute: "2-digit", second: "2-digit" };
const format = new Intl.DateTimeFormat("en-GB", { ...time, weekday: "short" });
const short = new Intl.DateTimeFormat("en-GB", time);
const narrow = matchMedia("(max-width: 699px)");
let from = { now: Number(shown.dataset.now), speed: Number(shown.dataset.speed), at: performance.now() };

export function setClock({ now, speed }) {
  from = { now, speed, at: performance.now() };
}

export const now = () => from.now + ((performance.now() - from.at) / 1000) * from.speed;

function span(seconds) {
  const whole = Math.ceil(seconds);
  const two = (value) => String(value).padStart(2, "0");
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

export function tick() {
  const present = now();
  shown.textContent = (narrow.matches ? short : format).format(new Date(present * 1000));
  for (const time of document.querySelectorAll("time[data-at]")) {
    const left = Number(time.dataset.at) - present;
    if (left > 0 && left < 86400) time.dataset.left = span(left);
    else delete time.dataset.left;
  }
}

setInterval(tick, 250);
