import { useEffect, useMemo, useState } from "preact/hooks";

/** Returns a function that draws the component again, at most once per frame. */
export function useRedraw(): () => void {
  const [, setTurn] = useState(0);
  const redraw = useMemo(() => {
    let frame = 0;
    return {
      ask(): void {
        frame ||= requestAnimationFrame(() => {
          frame = 0;
          setTurn((turn) => turn + 1);
        });
      },
      cancel: () => cancelAnimationFrame(frame),
    };
  }, []);
  useEffect(() => redraw.cancel, [redraw]);
  return redraw.ask;
}
