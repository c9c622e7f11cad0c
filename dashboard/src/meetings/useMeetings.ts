import { useEffect, useState } from "react";
import { ask } from "../api/ask";
import { useConnection } from "../api/connection";
import { MeetingsDocument, type MeetingsQuery } from "../gql/documents";

/** How often the list is read anew, in milliseconds: nothing tells of new meetings. */
const readEvery = 4000;

/** Told when a row may have changed, so that the list does not say something else than the meeting that is open. */
const changes = new EventTarget();

/** Has the list read at once. */
export function meetingChanged(): void {
  changes.dispatchEvent(new Event("change"));
}

export type MeetingRow = MeetingsQuery["meetings"]["nodes"][number];

export interface Meetings {
  /** The meetings, newest first. */
  list: readonly MeetingRow[];
  read: boolean;
  error: string | null;
  /** Reads on; null when there is nothing more. */
  more: (() => void) | null;
}

type Page = MeetingsQuery["meetings"]["pageInfo"];

/** What has been read: the rows, and how far down the list. */
interface Known {
  rows: readonly MeetingRow[];
  page: Page;
}

/** The workspace's meetings: the first page kept up to date, later pages when they are asked for. */
export function useMeetings(): Meetings {
  const { api } = useConnection();
  const [known, setKnown] = useState<Known | null>(null);
  const [error, setError] = useState<string | null>(null);

  useEffect(() => {
    let left = false;
    let timer: ReturnType<typeof setTimeout>;
    const read = async () => {
      clearTimeout(timer);
      const answer = document.hidden ? null : await ask(api, MeetingsDocument, {}).catch((failure: unknown) => failure as Error);
      if (left) return;
      if (answer instanceof Error) setError(answer.message);
      else if (answer) {
        const { nodes, pageInfo } = answer.meetings;
        setKnown((before) => ({ rows: merge(before?.rows ?? [], nodes), page: before?.page ?? pageInfo }));
        setError(null);
      }
      clearTimeout(timer); // another may have been read meanwhile
      timer = setTimeout(() => void read(), readEvery);
    };
    void read();
    const changed = () => void read();
    changes.addEventListener("change", changed);
    return () => {
      left = true;
      changes.removeEventListener("change", changed);
      clearTimeout(timer);
    };
  }, [api]);

  const more = async () => {
    const answer = await ask(api, MeetingsDocument, { after: known?.page.endCursor }).catch((failure: unknown) => failure as Error);
    if (answer instanceof Error) {
      setError(answer.message);
      return;
    }
    const { nodes, pageInfo } = answer.meetings;
    setKnown((before) => ({ rows: merge(before?.rows ?? [], nodes), page: pageInfo }));
  };
  return {
    list: known?.rows ?? [],
    read: known !== null,
    error,
    more: known?.page.hasNextPage ? () => void more() : null,
  };
}

/** Puts rows read later in the place of those read earlier, newest first. */
function merge(before: readonly MeetingRow[], now: readonly MeetingRow[]): readonly MeetingRow[] {
  const rows = new Map([...before, ...now].map((row) => [row.id, row]));
  return [...rows.values()].sort((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt));
}
