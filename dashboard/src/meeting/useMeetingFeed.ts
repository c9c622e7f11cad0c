import { useDeferredValue, useEffect, useMemo, useSyncExternalStore } from "react";
import { useConnection } from "../api/connection";
import { MeetingFeed, type Feed } from "./feed";

/** What is known of a meeting now, and how to read it anew. */
export function useMeetingFeed(id: string): { feed: Feed; reopen: () => void } {
  const { api, socket } = useConnection();
  const source = useMemo(() => new MeetingFeed(api, socket, id), [api, socket, id]);
  const latest = useSyncExternalStore(source.subscribe, source.snapshot);
  // What is shown may be a moment behind what is known: drawing it so gives way to whoever types or scrolls.
  // Nobody does yet where nothing is shown, and giving way would begin the drawing anew with each answer that comes.
  const late = useDeferredValue(latest);
  const feed = late.meeting === null ? latest : late;
  useEffect(() => source.drawn(feed), [source, feed]);
  return { feed, reopen: source.reopen };
}
