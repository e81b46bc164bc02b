// Compiled like typed-consumer.ts. It imports every entry point, and exports what is inferred of every public function, with
// declarations: each type in it has to have a name in an entry point.
import { Anthropic, type APIError, AsyncAnthropic, AsyncPage, type ClientOptions } from "pageturn";
import { apiCatalog, clientList, fieldColumns, parseFieldType, rangeParams } from "pageturn/catalog";
import { createClient, createSyncClient } from "pageturn/client";
import type { ModelInfo } from "pageturn/named-types";
import { paginate } from "pageturn/paginate";
import {
  definePages,
  flatMap,
  flatMapSync,
  type SliceableList,
  sliceByTime,
  splitAt,
  toReadable,
  toReadableStream,
} from "pageturn/pagination";
import * as strategies from "pageturn/strategies";
import { infiniteQueryOptions } from "pageturn/tanstack-query";
import { startMockServer } from "pageturn/testing";
import type { Models } from "pageturn/types";

const baseURL = "https://api.example.com";
export const client = createClient({ baseURL, strategy: strategies.pageToken() });
export const otherClient = client.withOptions({ maxRetries: 0 });
export const syncClient = createSyncClient({ baseURL });
export const otherSyncClient = syncClient.withOptions({ maxRetries: 0 });
export const anthropic = new AsyncAnthropic().withOptions({ maxRetries: 0 });
export const syncAnthropic = new Anthropic().withOptions({ maxRetries: 0 });

interface Note {
  readonly id: string;
}
export const notes = client.list<Note>("/notes");
export const notesOfClass = client.getAPIList("/notes", AsyncPage<Note>);
export const { list, getAPIList } = client;
export const syncNotes = syncClient.list<Note>("/notes");
export const { list: listSync, getAPIList: getSyncAPIList } = syncClient;

export const walk = notes.items({ maxItems: 5 });
export const pages = notes.pages();
export const iterPages = notes.iterPages;
export const array = notes.toArray();
export const firstPage = notes.firstPage();
export const withResponse = notes.withResponse();
export const asResponse = notes.asResponse();
export const { checkpoint, outcome } = walk;
export const { next, forEach, take } = { next: walk.next, forEach: notes.then, take: walk.return };
export const syncWalk = syncNotes.items();
export const syncPages = syncNotes.iterPages();
export const { response, checkpoint: place } = {
  response: syncNotes.response,
  checkpoint: syncWalk.checkpoint,
};
export const info = syncNotes.nextPageInfo();

export const failedRequest = (error: APIError) => error.request;
export const tlsOf = (options: ClientOptions) => options.tls ?? null;

export const flat = flatMap(notes, (note) => client.list<Note>(`/notes/${note.id}/comments`));
export const flatSync = flatMapSync(syncNotes, () => syncClient.list<Note>("/comments"));
export const slices = sliceByTime(notes, { from: "2026-01-01", timeOf: (note) => note.id });
export const slicesOf =
  (list: Extract<SliceableList<Note, AsyncPage<Note>>, (range: never) => unknown>) =>
  (...range: Parameters<typeof list>) =>
    range;
export const segments = splitAt(notes, []);
export const stream = toReadableStream(walk);
export const readable = toReadable(walk);
export const classes = definePages<{ readonly total: number }>(strategies.openai());
export const { AsyncPage: AsyncNotes, SyncPage: SyncNotes } = classes;
export const foreign = paginate(async (cursor: string | undefined) => ({ items: [cursor], next: null }));
export const foreignPages = foreign.pages();
export const foreignWalk = foreign.items();
export const query = infiniteQueryOptions(notes, { queryKey: ["notes"] });
export const detection = strategies.detectStrategy({ status: 200, headers: {}, body: {} }, { url: baseURL });
export const { detectStrategy } = strategies;
export const made = [
  strategies.idCursor(),
  strategies.linkHeader(),
  strategies.relayConnection({ connection: ["data", "notes"] }),
];
export const server = startMockServer({ items: { models: 5 } });
export const requests = server.then((started) => started.requests());
export const catalog = apiCatalog();
export const lists = catalog.endpoints.map((each) => ({
  list: clientList(anthropic, each),
  range: rangeParams(each),
  columns: fieldColumns(each.envelope, catalog.shapes),
}));
export const fieldType = parseFieldType("string");
export const named = (model: ModelInfo, group: Models.ListParams) => ({ model, group });
