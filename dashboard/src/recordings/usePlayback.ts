import { createContext, use, useSyncExternalStore } from "react";
import type { Playback, Playing } from "./playback";

export const PlaybackContext = createContext<Playback | null>(null);

/** What plays recordings on this page, and what it plays now. */
export function usePlayback(): { playback: Playback; playing: Playing | null } {
  const playback = use(PlaybackContext);
  if (!playback) throw new Error("There is no player around this part of the page.");
  return { playback, playing: useSyncExternalStore(playback.subscribe, playback.snapshot) };
}
