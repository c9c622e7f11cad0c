import { useEffect, useState } from "react";
import { ask } from "../api/ask";
import { useConnection } from "../api/connection";
import { FilesDocument, GapsDocument } from "../gql/documents";
import { readPages } from "../api/pages";
import type { Segment } from "../meeting/state";
import { between } from "../ui/time";
import { words } from "../ui/words";
import type { Hole } from "./Stage";
import { onThisServer } from "./tracks";

/** What can be fetched of a segment as a whole, and what is missing in it. */
export interface Files {
  mixedAudio: string | null;
  composed: string | null;
  expiresAt: string | null;
  failedUtterances: number;
  holes: readonly Hole[];
}

const none: Files = { mixedAudio: null, composed: null, expiresAt: null, failedUtterances: 0, holes: [] };

/** The files of a segment, and the times in which nothing was recorded; without them until they are read. */
export function useFiles(meetingId: string, segment: Segment): Files {
  const { api } = useConnection();
  const [known, setKnown] = useState<{ of: Segment; files: Files } | null>(null);
  useEffect(() => {
    const gone = new AbortController();
    const read = async () => {
      const holes: Hole[] = [];
      const [answer] = await Promise.all([
        ask(api, FilesDocument, { segmentId: segment.id }),
        readPages(api, GapsDocument, { meetingId }, ({ meeting }) => meeting?.gaps, (rows) => {
          for (const { bot, from, to, cause } of rows) if (bot.id === segment.botId && within(segment, from, to)) holes.push({ from: between(segment.startedAt, from), to: between(segment.startedAt, to), why: words(cause) });
        }, gone.signal),
      ]);
      if (gone.signal.aborted || answer.node?.__typename !== "Segment") return;
      const { mixedAudio, composed, expiresAt, failedUtterances } = answer.node;
      const here = (file: { url: string } | null) => file && onThisServer(file.url);
      setKnown({ of: segment, files: { mixedAudio: here(mixedAudio), composed: here(composed), expiresAt, failedUtterances, holes } });
    };
    read().catch(() => undefined); // without them, there is nothing to download
    return () => gone.abort();
  }, [api, meetingId, segment]);
  return known?.of === segment ? known.files : none;
}

function within({ startedAt, endedAt }: Segment, from: string, to: string): boolean {
  return between(startedAt, to) > 0 && (endedAt === null || between(from, endedAt) > 0);
}
