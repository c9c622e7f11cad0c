import { useCallback, useEffect, useState } from "react";
import { ask } from "../api/ask";
import { useConnection } from "../api/connection";
import { MeetingDetailsDocument, type MeetingDetailsQuery } from "../gql/documents";

export type Details = NonNullable<MeetingDetailsQuery["meeting"]>;

/** What only dialogs need of a meeting: its options and plans, and how to read them anew. */
export function useDetails(meetingId: string): { details: Details | null; error: string | null; reread: () => void } {
  const { api } = useConnection();
  const [details, setDetails] = useState<Details | null>(null);
  const [error, setError] = useState<string | null>(null);
  const reread = useCallback(() => {
    ask(api, MeetingDetailsDocument, { id: meetingId }).then(
      ({ meeting }) => setDetails(meeting),
      (failure: unknown) => setError((failure as Error).message),
    );
  }, [api, meetingId]);
  useEffect(reread, [reread]);
  return { details, error, reread };
}
