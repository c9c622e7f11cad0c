import { createContext, use, useSyncExternalStore } from "react";
import type { Playback, Playing } from "./playback";

export const PlaybackContext = createContext<Playback | null>(null);

/** What plays recordings on this page. */
export function usePlayer(): Playback {
  const playback = use(PlaybackContext);
  if (!playback) throw new Error("There is no player around this part of the page.");
  return playback;
}

/** What plays recordings on this page, and what it plays now. */
export function usePlayback(): { playback: Playback; playing: Playing | null } {
  const playback = usePlayer();
  return { playback, playing: useSyncExternalStore(playback.subscribe, playback.snapshot) };
}

/** A part of what is played, or what follows from it. Only a change of it is told: give something simple. */
export function usePlayed<T extends string | number | boolean | null>(select: (playing: Playing | null) => T): T {
  const playback = usePlayer();
  return useSyncExternalStore(playback.subscribe, () => select(playback.snapshot()));
}
