/** One point in which the requests of the two clients differ. */
export interface KnownDifference {
  /** The id in the official SDK's tree, or `"all"`. */
  readonly endpoint: string;
  readonly differs: string;
  readonly why: string;
}

const oldShape =
  "the SDK lists files in the later shape since 0.122, without a beta; pageturn keeps the beta's";
const noBeta = "the SDK sends no beta of its own for this list any more; the API takes both";
const transport = "the SDK sends through fetch, pageturn through node:http";
const telemetry = "the SDK tells the API about itself and the platform";

/** Every difference between the requests of the official SDK and ours; a test fails for one that is gone, too. */
export const knownDifferences: readonly KnownDifference[] = [
  { endpoint: "all", differs: "header authorization", why: "SDK 1.x sends the key as a bearer token" },
  { endpoint: "all", differs: "header x-api-key", why: "pageturn sends the key as Python's 1.x does" },
  { endpoint: "all", differs: "header anthropic-version", why: "2026-10-21; pageturn: 2023-06-01" },
  { endpoint: "all", differs: "header user-agent", why: "each names itself" },
  { endpoint: "all", differs: "header accept-encoding", why: transport },
  { endpoint: "all", differs: "header accept-language", why: transport },
  { endpoint: "all", differs: "header sec-fetch-mode", why: transport },
  { endpoint: "all", differs: "header x-stainless-arch", why: telemetry },
  { endpoint: "all", differs: "header x-stainless-lang", why: telemetry },
  { endpoint: "all", differs: "header x-stainless-os", why: telemetry },
  { endpoint: "all", differs: "header x-stainless-package-version", why: telemetry },
  { endpoint: "all", differs: "header x-stainless-retry-count", why: telemetry },
  { endpoint: "all", differs: "header x-stainless-runtime", why: telemetry },
  { endpoint: "all", differs: "header x-stainless-runtime-version", why: telemetry },
  { endpoint: "all", differs: "header x-stainless-timeout", why: telemetry },
  { endpoint: "beta.files", differs: "header anthropic-beta", why: oldShape },
  { endpoint: "beta.files", differs: "query", why: `${oldShape}: after_id, not page` },
  { endpoint: "beta.files", differs: "fields of items", why: oldShape },
  { endpoint: "beta.skills", differs: "header anthropic-beta", why: noBeta },
  { endpoint: "beta.skills", differs: "fields of items", why: "without that beta it is the later shape" },
  { endpoint: "beta.skills.versions", differs: "header anthropic-beta", why: noBeta },
  { endpoint: "beta.skills.versions", differs: "items", why: "the beta's versions have other ids" },
  { endpoint: "beta.messages.batches", differs: "header anthropic-beta", why: noBeta },
];
