// The gate: runs the named npm scripts one after the other and stops at the first that fails.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";

interface Step {
  readonly script: string;
  readonly does: string;
  /** Lines of a step that went well and are worth showing all the same. */
  readonly show?: RegExp;
}

const steps: readonly Step[] = [
  { script: "lint", does: "format and lint" },
  { script: "generate:check", does: "what is generated from the catalog" },
  { script: "build", does: "the library" },
  { script: "types", does: "sources, tests, scripts" },
  { script: "rooms", does: "who may import whom" },
  { script: "package", does: "publint, attw, knip" },
  { script: "size", does: "bundles for browsers", show: /./ },
  { script: "bench:quick", does: "every benchmark runs" },
  {
    script: "test:coverage",
    does: "all tests; pagination/ covered whole",
    show: /^\s*(Test Files|Tests|All files) /,
  },
];

const root = fileURLToPath(new URL("../", import.meta.url));

function pinnedVersion(): string {
  const manifest: { devDependencies: { node: string } } = JSON.parse(
    readFileSync(`${root}package.json`, "utf8"),
  );
  return manifest.devDependencies.node;
}

function run(script: string): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const child = spawn("npm", ["run", "--silent", script], {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
      shell: process.platform === "win32",
    });
    let output = "";
    const collect = (chunk: string) => {
      output += chunk;
    };
    child.stdout.setEncoding("utf8").on("data", collect);
    child.stderr.setEncoding("utf8").on("data", collect);
    child.on("error", (error) => resolve({ code: 1, output: String(error) }));
    child.on("close", (code) => resolve({ code: code ?? 1, output }));
  });
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1).padStart(5)} s`;
}

async function check(): Promise<number> {
  const start = performance.now();
  for (const { script, does, show } of steps) {
    const stepStart = performance.now();
    const { code, output } = await run(script);
    const mark = code === 0 ? "ok  " : "FAIL";
    console.log(`${mark} ${script.padEnd(14)} ${seconds(stepStart)}  ${does}`);
    if (code !== 0) {
      console.log(`\n${output.trimEnd()}\n\nThe gate stops here. To run this step alone: npm run ${script}`);
      return code;
    }
    for (const line of stripVTControlCharacters(output).split("\n")) {
      if (show?.test(line)) console.log(`       ${line.trim()}`);
    }
  }
  console.log(`ok   all           ${seconds(start)}`);
  return 0;
}

if (process.versions.node === pinnedVersion()) {
  process.exitCode = await check();
} else {
  console.error(
    `Cannot check as Node must be ${pinnedVersion()}: current version is ${process.versions.node}. Run: npm ci`,
  );
  process.exitCode = 1;
}
