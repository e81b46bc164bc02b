import { CommandError, EXIT, NO_KEY } from "../failure.ts";
import { originAndPath } from "../output/redacted.ts";
import { openOutput } from "../output/stdout.ts";
import { visible } from "../output/visible.ts";
import { baseURLOf, credential, type GlobalOptions, openClient } from "../session.ts";
import { versions } from "../versions.ts";
import { describeKey, isAdminKey } from "./key-kind.ts";

/** Shows what the commands will use, and sends one request. */
export async function runDoctor(options: GlobalOptions): Promise<void> {
  const output = openOutput();
  const line = (name: string, text: string) => output.write([`${name.padEnd(10)}${visible(text)}\n`]);
  const { cli, pageturn, node } = versions();
  await line("versions", `@pageturn/cli ${cli}, pageturn ${pageturn}, Node.js ${node}`);
  const found = credential(options);
  const { apiKey, authToken, source } = found;
  const key = apiKey ?? authToken ?? (source === null ? undefined : process.env[source]?.trim());
  await line("key", key === undefined ? "none" : `${describeKey(key)}, from ${source}`);
  const client = openClient(options);
  await line("base URL", originAndPath(baseURLOf(options, found)));
  await line("proxy", proxies());
  if (key === undefined) throw new CommandError(NO_KEY, EXIT.notAllowed);
  try {
    const begin = performance.now();
    const list = isAdminKey(key) ? client.organization.workspaces : client.models;
    const { status, requestId } = await list
      .list({ limit: 1 }, { workspaceId: options.workspace })
      .asResponse();
    await line(
      "request",
      `status ${status} in ${Math.round(performance.now() - begin)} ms, ${requestId ?? "without a request id"}`,
    );
  } finally {
    await client.close();
  }
}

/** What the environment says about proxies. */
function proxies(): string {
  const set = ["HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"].flatMap((name) => {
    const value = process.env[name.toLowerCase()] ?? process.env[name];
    return value?.trim() ? [`${name}=${name === "NO_PROXY" ? value : originAndPath(value)}`] : [];
  });
  return set.length === 0 ? "none" : set.join(", ");
}
