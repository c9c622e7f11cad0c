import { useMemo, useSyncExternalStore } from "react";
import { useConnection } from "../api/connection";
import { MeetingFeed, type Feed } from "./feed";

/** What is known of a meeting now, and how to read it anew. */
export function useMeetingFeed(id: string): { feed: Feed; reopen: () => void } {
  const { api, socket } = useConnection();
  const source = useMemo(() => new MeetingFeed(api, socket, id), [api, socket, id]);
  const feed = useSyncExternalStore(source.subscribe, source.snapshot);
  return { feed, reopen: source.reopen };
}
