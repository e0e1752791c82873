// After the end: what this machine could not send in time is sent now. The server keeps it apart, and the page says so.
import { say } from "./announce.js";
import { Outbox } from "./exam-outbox.js";

const place = document.querySelector("[data-leftover]");
const told = place.dataset;
const outbox = new Outbox({
  key: `exam:${told.leftover}`, address: told.save, csrf: told.csrf, sequence: 0, now: () => Date.now(), elsewhere: () => {},
  tell: (state) => {
    const text = { saving: told.saySaving, offline: told.sayOffline, login: told.sayLogin }[state];
    if (!text || place.textContent === text) return;
    place.textContent = text;
    say(text);
  },
});

const count = outbox.size;
if (count) {
  place.hidden = false;
  while (!(await outbox.drained(20_000)));
  place.textContent = told.sayDone.replace("{n}", count);
  say(place.textContent);
}
