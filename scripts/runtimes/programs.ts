import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type BuildOptions, build } from "esbuild";

const here = import.meta.dirname;
const root = join(here, "../..");

/** In the programs, what a runtime is given: the API and a key. */
const given =
  "{ baseURL: process.argv[2], apiKey: 'key', blocks: true, startMockServer, readCatalog, tracingChannel }";

const entries = {
  thread: `
    import { runFeatures } from "./checks.mjs";
    import { tracingChannel } from "node:diagnostics_channel";
    import { readCatalog } from "pageturn/catalog";
    import { startMockServer } from "pageturn/testing";
    runFeatures(${given}).then((found) => console.log(JSON.stringify(found)));`,
  page: `
    import { runFeatures } from "./checks.mjs";
    const report = (name, found) => fetch("/report/" + name, { method: "POST", body: JSON.stringify(found) });
    const worker = new Worker("/worker.js");
    worker.onmessage = ({ data }) => report("worker", data);
    worker.onerror = ({ message }) => report("worker", { error: message });
    runFeatures({ baseURL: location.origin + "/api", apiKey: "key", blocks: false }).then((found) => report("page", found));`,
  worker: `
    import { runFeatures } from "./checks.mjs";
    runFeatures({ baseURL: location.origin + "/api", apiKey: "key", blocks: true }).then((found) => postMessage(found));`,
  workerd: `
    import { runFeatures } from "./checks.mjs";
    export default {
      async fetch(request) {
        const baseURL = new URL(request.url).searchParams.get("api");
        return Response.json(await runFeatures({ baseURL, apiKey: "key", blocks: false }));
      },
    };`,
};

async function bundle(name: keyof typeof entries, project: string, options: BuildOptions): Promise<string> {
  const { outputFiles = [] } = await build({
    stdin: { contents: entries[name], resolveDir: project },
    bundle: true,
    write: false,
    logLevel: "error",
    // For the SDK; the library is the packed one, that of the project.
    nodePaths: [join(root, "node_modules")],
    ...options,
  });
  return outputFiles[0]?.text ?? "";
}

/** The programs of the runtimes with files, written into the project that has the packed library; they load it themselves. */
export async function writePrograms(
  project: string,
): Promise<{ readonly esm: string; readonly cjs: string }> {
  cpSync(join(here, "features.mjs"), join(project, "checks.mjs"));
  const files = { esm: join(project, "features.mjs"), cjs: join(project, "features.cjs") };
  const options: BuildOptions = { platform: "node", external: ["pageturn", "pageturn/*"] };
  writeFileSync(files.esm, await bundle("thread", project, { ...options, format: "esm" }));
  writeFileSync(files.cjs, await bundle("thread", project, { ...options, format: "cjs" }));
  return files;
}

/** The programs of browsers and of workerd, each one file. */
export async function bundledPrograms(
  project: string,
): Promise<{ page: string; worker: string; workerd: string }> {
  return {
    page: await bundle("page", project, { platform: "browser", format: "esm" }),
    worker: await bundle("worker", project, { platform: "browser", format: "iife" }),
    workerd: await bundle("workerd", project, {
      platform: "browser",
      format: "esm",
      conditions: ["workerd"],
    }),
  };
}
