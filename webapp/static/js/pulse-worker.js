// One for all tabs of a browser: it asks for the pulse also while they are hidden, when their own timers sleep.
import { beat } from "./beat.js";

const asked = new URL(location.href).searchParams;
const ports = new Set();
let last = null;

addEventListener("connect", ({ ports: [port] }) => {
  ports.add(port);
  port.onmessage = ({ data }) => { if (data === "bye") ports.delete(port); };
  if (last) port.postMessage(last);
});

beat(asked.get("pulse"), { every: Number(asked.get("every")), jitter: Number(asked.get("jitter")) }, (message) => {
  last = { ...last, ...message };
  for (const port of ports) port.postMessage(last);
});
