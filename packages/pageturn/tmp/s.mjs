import { startMockServer } from "pageturn/testing";

const s = await startMockServer({ items: 50, apiKey: "key" });
console.log(s.url);
setTimeout(() => {}, 1e9);
