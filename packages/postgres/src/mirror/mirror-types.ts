import type { AsyncAnthropic } from "pageturn";
import type { Database } from "../database/database.ts";

/** How a list is kept: see the README of the package. */
export type MirrorMode = "feed" | "buckets" | "snapshot";

/** Options of `openMirror`. */
export interface MirrorOptions {
  readonly database: Database;
  /** The schema that has all tables. Default: `"pageturn"`. */
  readonly schema?: string;
  readonly client: AsyncAnthropic;
  /** The clock. Default: that of the database, which all processes share. */
  readonly now?: () => Date;
}

/** A list to mirror. */
export interface AddList {
  /** The name in the catalog: `"compliance.activities"`. */
  readonly list: string;
  /** The name in the mirror. Default: that of the list. */
  readonly name?: string;
  /** The ids of the path, in order. A child list leaves them out. */
  readonly pathArgs?: readonly string[];
  /** Filters and dimensions, such as `group_by`. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** The workspace that the list is of, for a key that may use several. Default: that of the client. Lists of an organization have none. */
  readonly workspaceId?: string;
  /** Default: what fits the list. */
  readonly mode?: MirrorMode;
  /** The seconds between the starts of two runs. Default: 300 for feeds, 3,600 for buckets, 86,400 for snapshots. */
  readonly every?: number;
  /** Feeds and buckets: the start of the first run. Default: for feeds the beginning of the list, for buckets 30 days ago. */
  readonly since?: Date;
  /** Buckets: the seconds before the position that are requested again, because numbers are restated. Default: 86,400. */
  readonly lookback?: number;
  /** Feeds: the seconds before the position that are requested again, for items that arrive late. Default: 3,600. */
  readonly overlap?: number;
  /**
   * Feeds and buckets: the seconds before now at which a run ends. Default and least for feeds: 60. Default for analytics, which are
   * about a day late: a day; else 0.
   */
  readonly delay?: number;
  /** Feeds and buckets: into how many slices of time the first run is split. Default: 8 for feeds, 1 for buckets. */
  readonly slices?: number;
  /** Keeps the versions of a row that were replaced in a table of their own. Default: `false`. */
  readonly history?: boolean;
  /** The name of the mirrored list whose rows are the parents: its ids complete the path. */
  readonly parents?: string;
}

/** How a run ended: `open` while it goes on. */
export type RunOutcome = "open" | "complete" | "incomplete";

/** One run of a list, as the table of runs has it: the attestation of what was seen. */
export interface MirrorRun {
  readonly runId: number;
  readonly outcome: RunOutcome;
  /** The range of time that the run covers; `null` for snapshots. */
  readonly from: Date | null;
  readonly to: Date | null;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  readonly parts: number;
  readonly partsComplete: number;
  /** Parents of a child list that the API no longer has. */
  readonly notFound: number;
  readonly pages: number;
  readonly rows: number;
  /** Rows that were new, were changed, or were marked as deleted. */
  readonly added: number;
  readonly changed: number;
  readonly deleted: number;
  /** How often a part failed; a part that was taken up again counts each time. */
  readonly errors: number;
  readonly lastError: string | null;
  /** While the run is open: whether the last attempt of a part has failed, without a page since. */
  readonly failing: boolean;
  /** While the run is open: the last sign of life of a worker that walks a part of it. */
  readonly seenAt: Date | null;
  /** The keys of the first and the last row, in the order of the walk. */
  readonly firstKey: string | null;
  readonly lastKey: string | null;
  readonly lastRequestId: string | null;
  /**
   * A chain of SHA-256: each page's digest is of the one before it, and of the keys and hashes of its rows. The digest of a run is
   * of those of its parts. `null` while the run is open.
   */
  readonly sha256: string | null;
}

/** A list of the mirror. */
export interface MirrorList {
  readonly name: string;
  readonly list: string;
  readonly mode: MirrorMode;
  readonly pathArgs: readonly string[];
  readonly parameters: Readonly<Record<string, unknown>>;
  /** `null`: that of the client, or none. */
  readonly workspaceId: string | null;
  /** The organization that the list was first read from, as the API names it; `null` if it has not named one yet. */
  readonly organizationId: string | null;
  readonly every: number;
  readonly since: Date | null;
  readonly lookback: number;
  readonly overlap: number;
  readonly delay: number;
  readonly slices: number;
  readonly history: boolean;
  readonly parents: string | null;
  /** The table with the rows, without the schema. */
  readonly table: string;
  /** Up to this time everything was seen; `null` before the first complete run. Snapshots: the start of the last complete run. */
  readonly position: Date | null;
  readonly nextRunAt: Date;
  /** Rows that are not marked as deleted, as of the last settled run, and those that an open run has added. */
  readonly rows: number;
  /** The last runs, newest first, at most 10. */
  readonly runs: readonly MirrorRun[];
  readonly lastComplete: MirrorRun | null;
  /** Fields of the API that the catalog does not know. They are in `_raw`. */
  readonly newFields: readonly string[];
}

/** A run and its parts that are not complete. */
export interface RunPlan {
  readonly runId: number;
  readonly parts: readonly { readonly partId: number }[];
}

/** Options of `Mirror.walkPart`. */
export interface WalkPartOptions {
  /** A name of the worker, unique to it. */
  readonly worker: string;
  readonly signal?: AbortSignal;
  /** The seconds between two signs of life. Another worker takes the part over after three of them. Default: 5. */
  readonly heartbeatSeconds?: number;
  /** Is called after the commit of a page. */
  readonly onPage?: (page: { readonly rows: number; readonly pages: number }) => void;
}

/**
 * How the walk of a part ended. `busy`: another live worker has it. `lost`: another worker has taken it over. `stopped`: the
 * signal fired; the part can be continued.
 */
export type PartResult = "complete" | "incomplete" | "busy" | "lost" | "stopped";

/** How a run stands after settling it. `open`: not all parts have ended. */
export interface RunResult extends MirrorRun {
  readonly name: string;
  /** Whether this call has ended the run. `false`: it is open, or another caller has ended it. */
  readonly endedHere: boolean;
}

/** Options of `Mirror.verify`. */
export interface VerifyOptions {
  /**
   * Compares about so many rows instead of all: of random parents and times, or the first ones of a list that has neither. At least a page of
   * each part is compared: its pages are as small, except those of reports in buckets and of lists whose largest page the catalog does not
   * have.
   */
  readonly sample?: number;
  readonly signal?: AbortSignal;
}

/** One row that differs between the API and the mirror. */
export interface Difference {
  readonly key: string;
  readonly kind: "missing" | "extra" | "different";
}

/** What a second walk of a list has found. */
export interface VerifyResult {
  readonly name: string;
  /** Rows that were compared. */
  readonly compared: number;
  /** Rows of the API that the mirror does not have. */
  readonly missing: number;
  /** Rows of the mirror that the API does not have. */
  readonly extra: number;
  readonly different: number;
  /** At most 100 of them. */
  readonly differences: readonly Difference[];
  /** Whether the walk saw the whole list, or the whole sample. */
  readonly complete: boolean;
  /** Why it did not: the first reason. `null` if it did. */
  readonly incompleteBecause: string | null;
}
