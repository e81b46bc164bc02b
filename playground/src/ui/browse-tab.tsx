import { lists } from "virtual:lists";
import { QueryClient, QueryClientProvider, useInfiniteQuery } from "@tanstack/preact-query";
import type { Checkpoint } from "pageturn";
import { infiniteQueryOptions } from "pageturn/tanstack-query";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { argumentsOf } from "../setup/setup.ts";
import { openBackend, openClient } from "../walk/backend.ts";
import { isCheckpoint, keptWalk } from "../walk/checkpoint-store.ts";
import { queryCode } from "../walk/code.ts";
import { itemKey } from "../walk/item-key.ts";
import { type Chosen, openList } from "../walk/open-list.ts";
import { Recorder } from "../walk/recorder.ts";
import { forget, keep, kept, type StoredPlace } from "../walk/stored.ts";
import { TIMEOUT_MS } from "../walk/time-limits.ts";
import { sentence } from "../walk/verdict.ts";
import { Button } from "./button.tsx";
import { CodeBlock } from "./code-block.tsx";
import { ItemRow } from "./item-row.tsx";
import { useRedraw } from "./use-redraw.ts";
import { Waterfall } from "./waterfall.tsx";

const MOST_PAGES = 4;
/** Keeps the page at which the visitor left a list. */
const stored: StoredPlace = { area: "tab", name: "pageturn-playground-place" };

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
  const walk = keptWalk(lists);
  const canResume =
    walk !== null && walk !== "unreadable" && walk.setup.list === list.id && walk.setup.slices === 1;
  const from =
    start === "place" ? placeOf(query) : start === "checkpoint" && canResume ? walk.checkpoint : undefined;
  const begin = (where: typeof start) => {
    if (where === "start") forget(stored);
    setStart(where);
    setTurn(turn + 1);
  };
  return (
    <QueryClientProvider client={client}>
      <div class="actions">
        <Button press={() => begin("start")}>From the start</Button>
        <Button isDisabled={!canResume} press={() => begin("checkpoint")}>
          From the kept checkpoint
        </Button>
        <p class="kept">
          Scroll down and up. Reload the page: the list begins where you were
          {leadsBack(chosen) ? ", and leads back from there." : ". This list has no way back."}
        </p>
      </div>
      <OpenedFeed
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
  const place = kept(stored);
  if (typeof place !== "object" || place === null || !("query" in place) || !("page" in place))
    return undefined;
  return place.query === query && isCheckpoint(place.page) ? place.page : undefined;
}

interface FeedProps extends BrowseTabProps {
  readonly query: string;
  readonly turn: number;
  readonly from: Checkpoint | undefined;
}

/** Opens the list of a feed once: another setup makes another feed. */
function OpenedFeed({ chosen, from, ...others }: FeedProps) {
  const redraw = useRedraw();
  const opened = useMemo(() => {
    try {
      return openFeed(chosen, { ...others, from, redraw });
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }, []);
  if (typeof opened !== "string") return <Feed {...others} {...opened} />;
  return (
    <p class="verdict bad" role="alert">
      <strong>The list cannot be read from there</strong>
      <span>{sentence(opened)} Begin from the start.</span>
    </p>
  );
}

interface FeedStart extends Pick<FeedProps, "query" | "turn" | "from"> {
  readonly redraw: () => void;
}

/** Throws if the list cannot begin at the checkpoint. */
function openFeed({ setup, list }: Chosen, { query: key, turn, from, redraw }: FeedStart) {
  const chosen: Chosen = { list, setup: { ...setup, slices: 1 } };
  const backend = openBackend(chosen.setup);
  const recorder = new Recorder(backend.fetch, { itemsKey: list.itemsKey, changed: redraw });
  const client = openClient(
    { ...backend, fetch: recorder.fetch },
    setup.source === "mock" ? { timeout: TIMEOUT_MS } : {},
  );
  const query = infiniteQueryOptions(openList(client, chosen), {
    queryKey: [key, turn],
    ...(leadsBack(chosen) && { maxPages: MOST_PAGES }),
    ...(from !== undefined && { resumeFrom: from }),
  });
  const options = {
    ...query,
    // Before the first request: what keeps the server from starting is no error of a request.
    queryFn: async (context: Parameters<typeof query.queryFn>[0]) => {
      await backend.ready(context.signal);
      return query.queryFn(context);
    },
  };
  return { options, recorder, chosen };
}

type OpenFeed = ReturnType<typeof openFeed> & Pick<FeedProps, "query" | "announce">;

function Feed({ options, recorder, chosen, query, announce }: OpenFeed) {
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
    if (page !== undefined) keep(stored, { query, page });
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
        <Button kind="small" isDisabled={!hasPreviousPage || isFetching} press={() => more("previous")}>
          Load the page above
        </Button>
        <Button
          kind="small"
          isDisabled={error === null && (!hasNextPage || isFetching)}
          press={() => (error === null ? more("next") : void feed.refetch())}
        >
          {error === null ? "Load the page below" : "Try again"}
        </Button>
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
                <p class="hint">An empty page. The list goes on after it.</p>
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
