import { useEffect, useState } from "react";
import { useConnection } from "../api/connection";
import type { Meeting } from "../meeting/state";
import { readTimeline, type Entry } from "./entries";

/** How long to wait before the timeline of a meeting that goes on is read anew, in milliseconds: as often as it takes little. */
const readEvery = 8000;
const readOftenUpTo = 3000;

interface Known {
  of: string;
  entries: readonly Entry[];
  whole: boolean;
  error: string | null;
}

const none: readonly Entry[] = [];

/** The timeline of a meeting, as far as it is read; of one that goes on, up to a few seconds ago. */
export function useTimeline({ id, createdAt, endedAt }: Meeting): Omit<Known, "of"> {
  const { api } = useConnection();
  const [known, setKnown] = useState<Known | null>(null);
  const isOver = endedAt !== null;
  useEffect(() => {
    const gone = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let read = 0;
    const take = (entries: readonly Entry[], whole: boolean) => {
      read = entries.length;
      // What is read again is shown when all of it is there: until then there would be less than before.
      setKnown((before) => (before?.of === id && before.whole && !whole ? before : { of: id, entries, whole, error: null }));
    };
    const go = async () => {
      const failure = document.hidden ? null : await readTimeline(api, { id, createdAt }, gone.signal, take).catch((error: unknown) => error as Error);
      if (gone.signal.aborted) return;
      if (failure) setKnown((before) => ({ of: id, entries: before?.of === id ? before.entries : none, whole: true, error: failure.message }));
      if (!isOver && read < readOftenUpTo) timer = setTimeout(() => void go(), readEvery);
    };
    void go();
    return () => {
      gone.abort();
      clearTimeout(timer);
    };
  }, [api, id, createdAt, isOver]);
  return known?.of === id ? known : { entries: none, whole: false, error: null };
}
