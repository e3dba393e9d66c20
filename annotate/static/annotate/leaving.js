// A page that is being left takes no more keys and clicks: another form would cut off the one that
// was just sent, and the same one would be sent twice.

const main = document.querySelector("main");

export const isLeft = () => main.inert;

addEventListener("submit", ({ defaultPrevented }) => { main.inert ||= !defaultPrevented; });
addEventListener("keydown", ({ key }) => { if (key === "Escape") main.inert = false; }); // it stops what is loading
addEventListener("pageshow", () => { main.inert = false; });
