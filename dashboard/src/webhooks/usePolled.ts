import { useCallback, useEffect, useState } from "react";

/** How often what nothing tells of is read anew, in milliseconds. */
const readEvery = 2000;

/** What was read last, and how to read it at once. */
export interface Polled<T> {
  /** Null until it is read. */
  value: T | null;
  error: string | null;
  refresh: () => void;
}

/** Reads something now and every two seconds while the page is looked at. Another `read` begins anew. */
export function usePolled<T>(read: () => Promise<T>): Polled<T> {
  const [known, setKnown] = useState<{ of: unknown; value: T | null; error: string | null } | null>(null);
  const [round, setRound] = useState(0);
  useEffect(() => {
    let left = false;
    let timer: ReturnType<typeof setTimeout>;
    const again = () => (timer = setTimeout(go, readEvery));
    const go = () => {
      if (document.hidden) {
        again();
        return;
      }
      const take = (value: T | null, error: string | null) => {
        if (left) return;
        setKnown((before) => ({ of: read, value: value ?? (before?.of === read ? before.value : null), error }));
        again();
      };
      read().then(
        (value) => take(value, null),
        (failure: unknown) => take(null, (failure as Error).message),
      );
    };
    go();
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, [read, round]);
  const refresh = useCallback(() => setRound((n) => n + 1), []);
  const now = known?.of === read ? known : null;
  return { value: now?.value ?? null, error: now?.error ?? null, refresh };
}
