import { useEffect, useState } from "react";
import { ask } from "../api/ask";
import { useConnection } from "../api/connection";
import { MeetingsDocument, type MeetingsQuery } from "../gql/documents";

/** How often the list is read anew, in milliseconds: nothing tells of new meetings. */
const readEvery = 4000;

export type MeetingRow = MeetingsQuery["meetings"]["nodes"][number];

export interface Meetings {
  /** The meetings, newest first. */
  list: readonly MeetingRow[];
  read: boolean;
  error: string | null;
  /** Reads on; null when there is nothing more. */
  more: (() => void) | null;
}

/** The workspace's meetings: the first page kept up to date, later pages when they are asked for. */
export function useMeetings(): Meetings {
  const { api } = useConnection();
  const [head, setHead] = useState<MeetingsQuery["meetings"] | null>(null);
  const [tail, setTail] = useState<MeetingsQuery["meetings"] | null>(null);
  const [error, setError] = useState<string | null>(null);

  useEffect(() => {
    let left = false;
    let timer: ReturnType<typeof setTimeout>;
    const read = async () => {
      try {
        if (!document.hidden) {
          const { meetings } = await ask(api, MeetingsDocument, {});
          if (left) return;
          setHead(meetings);
          setError(null);
        }
      } catch (failure) {
        if (left) return;
        setError((failure as Error).message);
      }
      timer = setTimeout(() => void read(), readEvery);
    };
    void read();
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, [api]);

  const last = (tail ?? head)?.pageInfo;
  const more = async () => {
    const { meetings } = await ask(api, MeetingsDocument, { after: last?.endCursor });
    setTail((known) => ({ ...meetings, nodes: [...(known?.nodes ?? []), ...meetings.nodes] }));
  };
  return {
    list: joined(head?.nodes ?? [], tail?.nodes ?? []),
    read: head !== null,
    error,
    more: last?.hasNextPage ? () => void more().catch((failure: unknown) => setError((failure as Error).message)) : null,
  };
}

/** Newer meetings push others off the first page: those that later pages hold are there once. */
function joined(head: readonly MeetingRow[], tail: readonly MeetingRow[]): readonly MeetingRow[] {
  const fresh = new Set(head.map((row) => row.id));
  return [...head, ...tail.filter((row) => !fresh.has(row.id))];
}
