import { useEffect, useState } from "react";
import { levelsPerSecond, readLevels } from "./levels";
import type { Track } from "./tracks";

/** The levels of each track, by its id, as far as they are known. A new map comes with each piece. */
export type Levels = ReadonlyMap<string, Uint8Array>;

const none: Levels = new Map();

/** Reads how loud tracks are, one track after the other. What can't be decoded stays without. */
export function useLevels(tracks: readonly Track[]): Levels {
  const [known, setKnown] = useState<{ tracks: readonly Track[]; levels: Levels }>({ tracks, levels: none });

  useEffect(() => {
    const gone = new AbortController();
    const read = async () => {
      for (const track of tracks) {
        const whole = new Uint8Array(Math.ceil((track.duration + 2) * levelsPerSecond));
        const tell = (from: number, levels: Uint8Array) => {
          whole.set(levels.subarray(0, Math.max(0, whole.length - from)), from);
          if (gone.signal.aborted) return;
          setKnown((before) => ({ tracks, levels: new Map(before.tracks === tracks ? before.levels : none).set(track.id, whole) }));
        };
        await readLevels(track.url, gone.signal, tell).catch(() => undefined);
        if (gone.signal.aborted) return;
      }
    };
    void read();
    return () => gone.abort();
  }, [tracks]);

  return known.tracks === tracks ? known.levels : none;
}
