import { createContext, use } from "react";

/** Somebody who comes into the meeting from this page. */
export interface Guest {
  name: string;
  /** The link by which it comes. */
  link: string;
  /** Its microphone and camera. */
  stream: MediaStream;
}

/** What goes on between this page and the meeting beyond looking. */
export interface Live {
  /** Whether somebody can be listened to by this key. */
  mayListen: boolean;
  /** The id of the room that is listened to. */
  roomId: string | null;
  /** Listens to a room, or to none. */
  listen: (roomId: string | null) => void;
  /** Whether this page can come as a guest, by its key and as it is none yet. */
  mayJoin: boolean;
  join: (guest: Guest) => void;
}

const looking: Live = { mayListen: false, roomId: null, listen: () => undefined, mayJoin: false, join: () => undefined };

export const LiveContext = createContext(looking);

export function useLive(): Live {
  return use(LiveContext);
}
