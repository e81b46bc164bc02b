// Walks the list of models from where the last run of this program stopped, saving as it goes: the items of a batch
// first, then the checkpoint behind them. Each is a file that is there whole or not at all.
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { Anthropic } from "../../src/anthropic/anthropic.ts";

const BATCH = 700;
const [baseURL = "", apiKey = "", folder = ""] = process.argv.slice(2);
const saved = `${folder}/checkpoint.json`;
const resumeFrom = existsSync(saved) ? JSON.parse(readFileSync(saved, "utf8")) : undefined;
const client = new Anthropic({ baseURL, apiKey });
const walk = client.models.list({ limit: 1000 }, { resumeFrom }).items();
let batch: string[] = [];
let batches = readdirSync(folder).filter((name) => name.endsWith(".batch.json")).length;

function write(file: string, value: unknown): void {
  writeFileSync(`${file}.new`, JSON.stringify(value));
  renameSync(`${file}.new`, file);
}

function save(): void {
  write(`${folder}/${String(batches).padStart(6, "0")}.batch.json`, batch);
  write(saved, walk.checkpoint);
  batches += 1;
  batch = [];
}

process.stdout.write("walking\n");
for (const { id } of walk) {
  batch.push(id);
  if (batch.length === BATCH) save();
}
save();
process.stdout.write(`${JSON.stringify(walk.outcome)}\n`);
