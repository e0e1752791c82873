// A part of the page that the server makes anew from the form, some time after the last key. Late answers are dropped.
// What takes the server long is asked one at a time (``patient``): an answer nobody waits for would still be worked out.

export class Live {
  constructor(form, address, { wait, onAnswer, onStart = () => {}, patient = false }) {
    Object.assign(this, { form, address, wait, onAnswer, onStart, patient });
    this.number = 0;
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), this.wait);
  }

  async now() {
    clearTimeout(this.timer);
    if (this.patient && this.underWay) { this.again = true; return; }
    this.underWay?.abort();
    this.onStart();
    const mine = ++this.number;
    const abort = (this.underWay = new AbortController());
    try {
      const response = await fetch(this.address, {
        method: "POST", body: new FormData(this.form), signal: abort.signal, redirect: "manual",
        headers: { "X-Requested-With": "fetch", "X-CSRFToken": this.form.elements.csrf_token.value },
      });
      const html = await response.text();
      if (mine !== this.number || this.again || !response.ok || response.type === "opaqueredirect") return;
      const page = new DOMParser().parseFromString(html, "text/html");
      this.onAnswer([...page.body.childNodes]);
    } catch {
      /* The next key asks again; that nothing is saved is told by the saving. */
    } finally {
      if (mine === this.number) this.underWay = null;
      if (this.again) { this.again = false; this.now(); }
    }
  }
}
