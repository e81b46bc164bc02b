import { lists } from "virtual:lists";
import { useEffect, useRef, useState } from "preact/hooks";
import { readSetup, type Setup, writeSetup } from "../setup/setup.ts";
import { keySource } from "../walk/backend.ts";
import type { Chosen } from "../walk/open-list.ts";
import { BrowseTab } from "./browse-tab.tsx";
import { SetupPanel } from "./setup-panel.tsx";
import { themes, useTheme } from "./use-theme.ts";
import { WalkTab } from "./walk-tab.tsx";

const tabs = ["walk", "browse"] as const;
const tabNames = { walk: "Walk and plain loop", browse: "Scroll both ways" };

/** The whole page. The fragment of the URL has the setup, so that it survives a reload and can be shared. */
export function App() {
  const key = keySource();
  const [setup, setSetup] = useState(() => offered(readSetup(location.hash, lists), key));
  const [tab, setTab] = useState<(typeof tabs)[number]>(() =>
    location.search === "?browse" ? "browse" : "walk",
  );
  const [theme, setTheme] = useTheme();
  const [news, setNews] = useState("");
  const results = useRef<HTMLDivElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const tabButtons = useRef<(HTMLButtonElement | null)[]>([]);

  useEffect(() => {
    const fragment = writeSetup(setup);
    const search = tab === "browse" ? "?browse" : location.pathname;
    history.replaceState(null, "", `${search}${fragment === "" ? "" : `#${fragment}`}`);
  }, [setup, tab]);
  useEffect(() => {
    const read = () => setSetup(offered(readSetup(location.hash, lists), key));
    addEventListener("hashchange", read);
    return () => removeEventListener("hashchange", read);
  }, [key]);

  const chosen = choose(setup);
  const docs = docsURL();
  const change = (changes: Partial<Setup>) => setSetup({ ...setup, ...changes });
  const turn = (event: KeyboardEvent): void => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    const next = tab === "walk" ? "browse" : "walk";
    setTab(next);
    tabButtons.current[tabs.indexOf(next)]?.focus();
  };
  return (
    <>
      <button type="button" class="skip" onClick={() => results.current?.focus()}>
        Skip to the results
      </button>
      <header class="top">
        <h1>
          <span class="logo" aria-hidden="true" />
          pageturn <span>playground</span>
        </h1>
        {docs !== null && <a href={docs}>Docs</a>}
        <label class="theme">
          <span>Theme</span>
          <select
            aria-label="Theme"
            value={theme}
            onChange={({ currentTarget }) =>
              setTheme(themes.find((each) => each === currentTarget.value) ?? "auto")
            }
          >
            {themes.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        </label>
      </header>
      <main>
        <div class="side" ref={panel} tabIndex={-1}>
          <SetupPanel
            setup={setup}
            lists={lists}
            list={chosen.list}
            keySource={key}
            isWalk={tab === "walk"}
            change={change}
          />
        </div>
        <div class="results" ref={results} tabIndex={-1}>
          <button
            type="button"
            class="only-narrow"
            onClick={() => {
              panel.current?.focus({ preventScroll: true });
              panel.current?.scrollIntoView();
            }}
          >
            Setup and faults
          </button>
          <p class="lead">
            A walk of pageturn and a plain loop read the same list from the same server. Turn on a fault, run
            both, compare.
          </p>
          <div role="tablist" aria-label="Views" class="choices">
            {tabs.map((each, at) => (
              <button
                key={each}
                id={`tab-${each}`}
                type="button"
                role="tab"
                aria-selected={tab === each}
                aria-controls={`panel-${each}`}
                tabIndex={tab === each ? 0 : -1}
                ref={(button) => {
                  tabButtons.current[at] = button;
                }}
                onClick={() => setTab(each)}
                onKeyDown={turn}
              >
                {tabNames[each]}
              </button>
            ))}
          </div>
          {/* Not removed while it is hidden: a run goes on, and its results stay. */}
          <div id="panel-walk" role="tabpanel" aria-labelledby="tab-walk" hidden={tab !== "walk"}>
            <WalkTab
              chosen={chosen}
              announce={setNews}
              adopt={(kept) => {
                const { faults, workMs, latencyMs } = setup;
                const adopted = { ...kept.setup, faults, workMs, latencyMs };
                setSetup(adopted);
                return choose(adopted);
              }}
            />
          </div>
          <div id="panel-browse" role="tabpanel" aria-labelledby="tab-browse" hidden={tab !== "browse"}>
            {tab === "browse" && <BrowseTab chosen={chosen} announce={setNews} />}
          </div>
          <p class="hidden" role="status">
            {news}
          </p>
        </div>
      </main>
    </>
  );
}

/** The documentation: it has the page in a folder of its own. `null` where nothing is above the page. */
function docsURL(): string | null {
  const above = new URL("../", document.baseURI).href;
  return above === new URL("./", document.baseURI).href ? null : above;
}

/** The real API is not to choose without a key. */
function offered(setup: Setup, key: string | null): Setup {
  return key === null ? { ...setup, source: "mock" } : setup;
}

function choose(setup: Setup): Chosen {
  const list = lists.find(({ id }) => id === setup.list) ?? lists[0];
  if (list === undefined) throw new Error("The catalog has no list");
  return { setup, list };
}
