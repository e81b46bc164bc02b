// A fresh process: imports one package, makes one list call, and says how long each took.
import { createRequire } from "node:module";
import { API_KEY } from "../contenders/consumer.ts";

interface Question {
  readonly baseURL: string;
}

type FirstRequest = (baseURL: string) => unknown;

/** Imports a package and gives its first request. */
const packages: Readonly<Record<string, () => Promise<FirstRequest>>> = {
  "pageturn-async": async () => {
    const { AsyncAnthropic } = await import("pageturn");
    return (baseURL) => new AsyncAnthropic({ apiKey: API_KEY, baseURL }).models.list();
  },
  "pageturn-sync": async () => {
    const { Anthropic } = await import("pageturn");
    return (baseURL) => new Anthropic({ apiKey: API_KEY, baseURL }).models.list();
  },
  "official-sdk": async () => {
    const { default: Anthropic } = await import("@anthropic-ai/sdk");
    return (baseURL) => new Anthropic({ apiKey: API_KEY, baseURL }).models.list();
  },
};

const { cache } = createRequire(import.meta.url);

function undiciFiles(): number {
  return Object.keys(cache).filter((file) => /[\\/]undici[\\/]/.test(file)).length;
}

async function measure({ baseURL }: Question): Promise<void> {
  const load = packages[process.argv[2] ?? ""];
  if (load === undefined) throw new Error("no such package");
  const begin = performance.now();
  const firstRequest = await load();
  const imported = performance.now();
  const filesByImport = undiciFiles();
  const asked = performance.now();
  await firstRequest(baseURL);
  const firstMs = performance.now() - asked;
  process.send?.({ importMs: imported - begin, firstMs, undiciFiles: [filesByImport, undiciFiles()] });
}

process.on("message", (question: Question) => {
  measure(question).catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
});
process.on("disconnect", () => process.exit());
