import { createContext, use, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useMay } from "../access/viewer";
import { useConnection } from "../api/connection";
import type { Refusal } from "../api/order";
import type { Meeting, Room } from "../meeting/state";
import { place } from "./placing";

/** What a host does with people on this page. */
export interface Hosting {
  /** Whether the key and the meeting let anybody steer. */
  may: boolean;
  /** The ids of the participants that are chosen. */
  chosen: ReadonlySet<string>;
  choose: (ids: ReadonlySet<string>) => void;
  /** Sends participants to a room; what is refused of it is shown there. */
  send: (ids: readonly string[], room: Room) => void;
  /** What was refused lately, and at which room. */
  refused: { roomId: string; refusals: readonly Refusal[] } | null;
}

const nobody: ReadonlySet<string> = new Set();
const looking: Hosting = { may: false, chosen: nobody, choose: () => undefined, send: () => undefined, refused: null };

export const HostingContext = createContext(looking);

export function useHosting(): Hosting {
  return use(HostingContext);
}

/** Hosting of one meeting. What it gives keeps its identity while people move: cards need not be drawn anew. */
export function useNewHosting(meeting: Meeting): Hosting {
  const { api } = useConnection();
  const may = useMay("CONTROL") && meeting.endedAt === null;
  const [chosen, choose] = useState(nobody);
  const [refused, setRefused] = useState<Hosting["refused"]>(null);
  const latest = useRef(meeting);
  useEffect(() => {
    latest.current = meeting;
  }, [meeting]);

  const send = useCallback(
    (ids: readonly string[], room: Room) => {
      setRefused(null);
      choose(nobody);
      void place(api, latest.current, ids, room).then((refusals) => {
        if (refusals.length > 0) setRefused({ roomId: room.id, refusals });
      });
    },
    [api],
  );
  return useMemo(() => ({ may, chosen, choose, send, refused }), [may, chosen, send, refused]);
}
