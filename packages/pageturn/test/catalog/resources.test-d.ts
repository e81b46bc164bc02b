import { expectTypeOf, test } from "vitest";
import type { Resources } from "../../src/anthropic/catalog/generated/resources.ts";
import type {
  BetaManagedAgentsSessionEvent,
  BetaSpendLimit,
  ComplianceActivity,
  ComplianceChatMessage,
  CostBucket,
  FileMetadata,
  ModelInfo,
  Open,
} from "../../src/anthropic/catalog/generated/types.ts";
import type { AsyncPaginator } from "../../src/pagination/list/async-paginator.ts";
import type {
  AsyncBidirectionalPageCursor,
  AsyncPage,
  SyncPage,
  SyncPageCursor,
} from "../../src/pagination/list/page-classes.ts";

declare const client: Resources<"async">;
declare const sync: Resources<"sync">;

test("the sync client gives pages, the async one paginators of such pages", () => {
  expectTypeOf(client.models.list()).toEqualTypeOf<AsyncPaginator<ModelInfo, AsyncPage<ModelInfo>>>();
  expectTypeOf(sync.models.list()).toEqualTypeOf<SyncPage<ModelInfo>>();
  expectTypeOf(sync.files.list()).toEqualTypeOf<SyncPageCursor<FileMetadata>>();
  expectTypeOf(client.beta.sessions.list()).resolves.toExtend<AsyncBidirectionalPageCursor<unknown>>();
  expectTypeOf(sync.beta.sessions.list().prev_page).toEqualTypeOf<string | null>();
  client.models.list({}, { signal: AbortSignal.abort() });
  // @ts-expect-error a call that blocks cannot be aborted
  sync.models.list({}, { signal: AbortSignal.abort() });
});

test("nested fields are typed: a report, an actor, an event", async () => {
  for await (const bucket of client.organization.usageReport.messages.list({
    starting_at: "2026-10-01T00:00:00Z",
  }))
    for (const result of bucket.results) {
      expectTypeOf(result.output_tokens).toEqualTypeOf<number>();
      expectTypeOf(result.cache_creation.ephemeral_1h_input_tokens).toEqualTypeOf<number>();
      expectTypeOf(result.model).toEqualTypeOf<string | null>();
      // @ts-expect-error no such field
      result.tokens;
    }
  for await (const { actor } of client.organization.usageReport.claudeCode.list({
    starting_at: "2026-10-01",
  }))
    expectTypeOf(actor.type).toEqualTypeOf<"user_actor" | "api_actor">();
  for await (const model of client.models.list())
    expectTypeOf(model.capabilities?.batch.supported).toEqualTypeOf<boolean | undefined>();
});

test("generally available: models, files, batches, versions of a skill", async () => {
  for await (const model of client.models.list({ limit: 5, after_id: null })) {
    expectTypeOf(model.id).toEqualTypeOf<string>();
    expectTypeOf(model.max_tokens).toEqualTypeOf<number | null>();
    expectTypeOf(model.type).toEqualTypeOf<"model">();
    // @ts-expect-error no such field
    model.owner;
    // @ts-expect-error items are not to be written to
    model.id = "";
  }
  for (const file of sync.files.list({ ids: ["file_1"] })) {
    expectTypeOf(file.downloadable).toEqualTypeOf<boolean | undefined>();
    expectTypeOf(file.expires_at).toEqualTypeOf<string | null | undefined>();
  }
  for (const batch of sync.messages.batches.list({ limit: "max" })) {
    expectTypeOf(batch.processing_status).toEqualTypeOf<Open<"in_progress" | "canceling" | "ended">>();
  }
  client.skills.versions.list("skill_1", { limit: 5 });
  // @ts-expect-error the skill's id is missing
  client.skills.versions.list({ limit: 5 });
  // @ts-expect-error files are paged by a cursor, not by ids
  client.files.list({ after_id: "file_1" });
  // @ts-expect-error arrays are named without their brackets
  client.files.list({ "ids[]": ["file_1"] });
  // @ts-expect-error no beta, no betas
  client.models.list({ betas: ["mine"] });
});

test("beta: events, which a discriminator tells apart, and filters of sessions", () => {
  const events = sync.beta.sessions.events.list("sesn_1", { "created_at[gte]": new Date(), order: "desc" });
  for (const event of events) {
    expectTypeOf(event).toEqualTypeOf<BetaManagedAgentsSessionEvent>();
    if (event.type === "user.tool_confirmation") expectTypeOf(event.tool_use_id).toEqualTypeOf<string>();
    // @ts-expect-error not all events have it
    event.tool_use_id;
  }
  sync.beta.sessions.threads.events.list("sesn_1", "thrd_1", { betas: ["mine"] });
  // @ts-expect-error the thread's id is missing
  sync.beta.sessions.threads.events.list("sesn_1");
  sync.beta.sessions.list({ statuses: ["idle", "running"], "created_at[lt]": "2026-01-01T00:00:00Z" });
  // @ts-expect-error not among the allowed values
  sync.beta.sessions.list({ statuses: ["busy"] });
  // @ts-expect-error not among the allowed values
  sync.beta.sessions.list({ order: "up" });
});

test("admin: what a report requires is required", () => {
  const starting_at = new Date(0);
  expectTypeOf(sync.organization.costReport.list({ starting_at }).data).toEqualTypeOf<CostBucket[]>();
  // @ts-expect-error starting_at is missing
  client.organization.costReport.list();
  // @ts-expect-error starting_at is missing
  client.organization.costReport.list({});
  client.organization.usageReport.messages.list({
    starting_at,
    context_window: ["0-200k"],
    bucket_width: "1h",
  });
  client.organization.usageReport.claudeCode.list({ starting_at: "2026-01-01" });
  // @ts-expect-error a day is asked for, and a Date is an instant
  client.organization.usageReport.claudeCode.list({ starting_at });
  client.organization.workspaces.members.list("wrkspc_1", { limit: "max" });
  expectTypeOf(sync.beta.organization.spendLimits.list().data).toEqualTypeOf<BetaSpendLimit[]>();
  expectTypeOf(
    sync.beta.organization.analytics.costReport.list({ starting_at }).data_refreshed_at,
  ).toEqualTypeOf<string | null>();
  for (const key of sync.organization.apiKeys.list({ status: "active" })) {
    expectTypeOf(key.workspace_id).toEqualTypeOf<string | null | undefined>();
  }
});

test("compliance: dotted names, items elsewhere than in data, fields of the page", async () => {
  const activities = sync.compliance.activities.list({
    "created_at.gte": new Date(0),
    activity_types: ["a"],
  });
  expectTypeOf(activities.data).toEqualTypeOf<ComplianceActivity[]>();
  const page = await client.compliance.apps.chats.messages.list("chat_1");
  expectTypeOf(page.data).toEqualTypeOf<ComplianceChatMessage[]>();
  expectTypeOf(page.model).toEqualTypeOf<string | null>();
  expectTypeOf(page.first_id).toEqualTypeOf<string | null>();
  expectTypeOf((await page.getNextPage()).name).toEqualTypeOf<string>();
  client.compliance.organizations.roles.permissions.list("org", "role");
  // @ts-expect-error this API writes its bounds with dots
  sync.compliance.activities.list({ "created_at[gte]": new Date(0) });
});

test('limit: "max" is only there where the largest page is known', () => {
  sync.models.list({ limit: "max" });
  sync.organization.usageReport.messages.list({ starting_at: "2026-01-01T00:00:00Z", limit: "max" });
  // @ts-expect-error not documented
  sync.beta.sessions.list({ limit: "max" });
  // @ts-expect-error not documented
  sync.organization.externalKeys.list({ limit: "max" });
  // @ts-expect-error no such word
  sync.models.list({ limit: "all" });
});
