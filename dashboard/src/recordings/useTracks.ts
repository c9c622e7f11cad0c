import { useEffect, useState } from "react";
import { useConnection } from "../api/connection";
import type { Segment } from "../meeting/state";
import { readTracks, type Track } from "./tracks";

const none: readonly Track[] = [];

/** The tracks of a segment: none while they are read, and while it is recorded. */
export function useTracks(segment: Segment): { tracks: readonly Track[]; read: boolean; error: string | null } {
  const { api } = useConnection();
  const [answer, setAnswer] = useState<{ of: Segment; tracks: readonly Track[]; error: string | null } | null>(null);
  useEffect(() => {
    let left = false;
    const take = (tracks: readonly Track[], error: string | null) => {
      if (!left) setAnswer({ of: segment, tracks, error });
    };
    readTracks(api, segment).then(
      (tracks) => take(tracks, null),
      (failure: unknown) => take(none, (failure as Error).message),
    );
    return () => {
      left = true;
    };
  }, [api, segment]);
  const known = answer?.of === segment ? answer : null;
  return { tracks: known?.tracks ?? none, read: known !== null, error: known?.error ?? null };
}
