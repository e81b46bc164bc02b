import { QueryClient, QueryClientProvider, useInfiniteQuery } from "@tanstack/preact-query";
import type { Checkpoint } from "pageturn";
import { infiniteQueryOptions } from "pageturn/tanstack-query";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { argumentsOf } from "../setup/setup.ts";
import { openBackend, openClient } from "../walk/backend.ts";
import { keptWalk } from "../walk/checkpoint-store.ts";
import { queryCode } from "../walk/code.ts";
import { itemKey } from "../walk/item-key.ts";
import { type Chosen, openList } from "../walk/open-list.ts";
import { Recorder } from "../walk/recorder.ts";
import { TIMEOUT_MS } from "../walk/time-limits.ts";
import { CodeBlock } from "./code-block.tsx";
import { ItemRow } from "./item-row.tsx";
import { useRedraw } from "./use-redraw.ts";
import { Waterfall } from "./waterfall.tsx";

const MOST_PAGES = 4;
const placeName = "pageturn-playground-place";

/** The page at which the visitor left a list. */
interface Place {
  readonly query: string;
  readonly page: Checkpoint;
}

interface BrowseTabProps {
  readonly chosen: Chosen;
  readonly announce: (text: string) => void;
}

/** The list as an infinite query of TanStack Query, to scroll in both directions. */
export function BrowseTab({ chosen, announce }: BrowseTabProps) {
  const client = useMemo(() => new QueryClient(), []);
  const [start, setStart] = useState<"place" | "start" | "checkpoint">("place");
  const [turn, setTurn] = useState(0);
  const { setup, list } = chosen;
  const { params, path } = argumentsOf({ ...setup, slices: 1 }, list);
  const query = JSON.stringify([setup.source, list.id, path, params, setup.items]);
  const kept = keptWalk();
  const canResume = kept !== null && kept.setup.list === list.id && kept.setup.slices === 1;
  const from =
    start === "place" ? placeOf(query) : start === "checkpoint" && canResume ? kept.checkpoint : undefined;
  const begin = (where: typeof start) => {
    if (where === "start") localStorage.removeItem(placeName);
    setStart(where);
    setTurn(turn + 1);
  };
  return (
    <QueryClientProvider client={client}>
      <div class="actions">
        <button type="button" onClick={() => begin("start")}>
          From the start
        </button>
        <button type="button" disabled={!canResume} onClick={() => begin("checkpoint")}>
          From the kept checkpoint
        </button>
        <p class="kept">
          Scroll down and up. Reload the page: the list begins where you were
          {leadsBack(chosen) ? ", and leads back from there." : ". This list has no way back."}
        </p>
      </div>
      <Feed
        key={`${query} ${turn} ${setup.faults.join()} ${setup.latencyMs}`}
        {...{ chosen, query, turn, from, announce }}
      />
    </QueryClientProvider>
  );
}

function leadsBack({ list }: Chosen): boolean {
  return list.page === "Page" || list.page === "BidirectionalPageCursor";
}

function placeOf(query: string): Checkpoint | undefined {
  const text = localStorage.getItem(placeName);
  const place: Place | null = text === null ? null : JSON.parse(text);
  return place?.query === query ? place.page : undefined;
}

interface FeedProps extends BrowseTabProps {
  readonly query: string;
  readonly turn: number;
  readonly from: Checkpoint | undefined;
}

function Feed({ chosen: current, query, turn, from, announce }: FeedProps) {
  const redraw = useRedraw();
  // The list of this feed: another setup makes another feed.
  const { options, recorder, chosen } = useMemo(() => {
    const { list } = current;
    const setup = { ...current.setup, slices: 1 };
    const backend = openBackend(setup);
    const recording = new Recorder(backend.fetch, { itemsKey: list.itemsKey, changed: redraw });
    const client = openClient(
      { ...backend, fetch: recording.fetch },
      setup.source === "mock" ? { timeout: TIMEOUT_MS } : {},
    );
    const made = infiniteQueryOptions(openList(client, { setup, list }), {
      queryKey: [query, turn],
      ...(leadsBack(current) && { maxPages: MOST_PAGES }),
      ...(from !== undefined && { resumeFrom: from }),
    });
    return { options: made, recorder: recording, chosen: { setup, list } };
  }, []);
  const feed = useInfiniteQuery({
    ...options,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  const { data, error, isFetching, hasNextPage, hasPreviousPage } = feed;
  const pages = data?.pages ?? [];
  const box = useRef<HTMLDivElement>(null);
  const anchor = useRef<{ readonly key: string; readonly top: number } | null>(null);

  /** Notes the first visible row, and keeps the place. */
  const mark = (): void => {
    const { current: view } = box;
    if (view === null) return;
    const row = [...view.querySelectorAll<HTMLElement>("[data-key]")].find(
      ({ offsetTop, offsetHeight }) => offsetTop + offsetHeight > view.scrollTop,
    );
    if (row === undefined) return;
    anchor.current = { key: row.dataset["key"] ?? "", top: row.offsetTop - view.scrollTop };
    const page = data?.pageParams[Number(row.dataset["page"])];
    if (page !== undefined) localStorage.setItem(placeName, JSON.stringify({ query, page }));
  };
  const more = (direction: "next" | "previous"): void => {
    if (isFetching || error !== null) return;
    mark();
    if (direction === "next" && hasNextPage) void feed.fetchNextPage();
    if (direction === "previous" && hasPreviousPage) void feed.fetchPreviousPage();
  };
  const look = (): void => {
    const { current: view } = box;
    if (view === null) return;
    mark();
    if (view.scrollTop + view.clientHeight > view.scrollHeight - 160) more("next");
    else if (view.scrollTop < 80) more("previous");
  };
  // Pages come and go above the visible row: it stays where it is.
  useLayoutEffect(() => {
    const { current: view } = box;
    const { key, top } = anchor.current ?? {};
    if (view === null || key === undefined || top === undefined) return;
    const row = view.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
    if (row !== null) view.scrollTop = row.offsetTop - top;
  }, [data]);
  useEffect(() => {
    if (data === undefined) return;
    const count = data.pages.reduce((sum, { items }) => sum + items.length, 0);
    announce(`${count} items in ${data.pages.length} pages are loaded.`);
    // A page that does not fill the view leads on at once.
    const { current: view } = box;
    if (view !== null && view.scrollHeight <= view.clientHeight) more("next");
  }, [data]);

  const count = pages.reduce((sum, { items }) => sum + items.length, 0);
  let position = 0;
  const span = Math.max(500, ...recorder.records.map(({ endedAt, startedAt }) => endedAt ?? startedAt + 500));
  return (
    <section class="card lane" aria-label="Infinite list">
      <header>
        <h2>TanStack Query</h2>
        <p class={`verdict ${error === null ? "info" : "warn"}`} data-testid="feed-state">
          <strong>
            {error === null
              ? `${count} items in ${pages.length} ${pages.length === 1 ? "page" : "pages"} in the cache`
              : `The query fails with ${error.name}`}
          </strong>
          <span>
            {error === null
              ? [
                  hasPreviousPage && "Perhaps more above.",
                  hasNextPage ? "More below." : "The end of the list.",
                ]
                  .filter(Boolean)
                  .join(" ")
              : error.message}
          </span>
        </p>
      </header>
      <div class="feed-buttons">
        <button
          type="button"
          class="small"
          disabled={!hasPreviousPage || isFetching}
          onClick={() => more("previous")}
        >
          Load the page above
        </button>
        <button
          type="button"
          class="small"
          disabled={error === null && (!hasNextPage || isFetching)}
          onClick={() => (error === null ? more("next") : void feed.refetch())}
        >
          {error === null ? "Load the page below" : "Try again"}
        </button>
      </div>
      <div class="beside">
        <div
          class="feed"
          ref={box}
          role="feed"
          aria-busy={isFetching}
          aria-label={chosen.list.id}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a feed that scrolls is reached with the keyboard
          tabIndex={0}
          onScroll={look}
        >
          {pages.map(({ items }, page) => (
            <div class="feed-page" key={items.length === 0 ? `empty-${page}` : itemKey(items[0])}>
              {items.length === 0 && page > 0 && hasNextPage && (
                <p class="hint">An empty page. The list goes on behind it.</p>
              )}
              {items.map((item) => {
                position += 1;
                return (
                  <ItemRow
                    key={itemKey(item)}
                    item={item}
                    page={page}
                    position={position}
                    count={hasNextPage || hasPreviousPage ? -1 : count}
                  />
                );
              })}
            </div>
          ))}
        </div>
        <CodeBlock
          code={queryCode(chosen, { maxPages: leadsBack(chosen) ? MOST_PAGES : null })}
          label="The same with TanStack Query"
        />
      </div>
      <Waterfall records={recorder.records} span={span} now={recorder.now()} label="Infinite list" />
    </section>
  );
}
