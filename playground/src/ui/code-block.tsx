import { useState } from "preact/hooks";

const word =
  /(\/\/.*|"(?:[^"\\]|\\.)*")|\b(import|from|const|for|await|of|try|finally|if|break|async|function|new|throw|return|let)\b|\b(\d[\d_]*|true|false|null)\b/g;

/** Code with a button that copies it. */
export function CodeBlock({ code, label }: { readonly code: string; readonly label: string }) {
  const [isCopied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(code);
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  return (
    <figure class="code" aria-label={label}>
      <figcaption>
        <span>{label}</span>
        <button type="button" class="small" onClick={copy}>
          {isCopied ? "Copied" : "Copy"}
        </button>
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached with the keyboard */}
      <section tabIndex={0} aria-label={`Code: ${label}`}>
        <pre>
          <code>{highlighted(code)}</code>
        </pre>
      </section>
    </figure>
  );
}

function highlighted(code: string) {
  const parts = [];
  let end = 0;
  for (const match of code.matchAll(word)) {
    const [text, string, keyword] = match;
    parts.push(code.slice(end, match.index));
    const kind =
      string !== undefined ? (string.startsWith("//") ? "c" : "s") : keyword !== undefined ? "k" : "n";
    parts.push(<span class={kind}>{text}</span>);
    end = match.index + text.length;
  }
  return [...parts, code.slice(end)];
}
