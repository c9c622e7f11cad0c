import type { Client } from "@urql/core";
import { pipe, subscribe } from "wonka";
import { WholeEventsDocument, type WholeEventsSubscription } from "../gql/documents";

/** One event with every field that the API has of it. */
export type WholeEvent = WholeEventsSubscription["meetingEvents"];

/** Reads the event that follows a cursor; with null, the meeting's first. Returns how to give up. */
export function readEventAfter(api: Client, meetingId: string, after: string | null, tell: (event: WholeEvent | Error) => void): () => void {
  let isTold = false;
  const subscription = pipe(
    api.subscription(WholeEventsDocument, { meetingId, after }),
    subscribe(({ data, error }) => {
      if (isTold || (!data && !error)) return;
      isTold = true;
      tell(data?.meetingEvents ?? new Error(error?.graphQLErrors[0]?.message ?? "The server does not answer."));
      queueMicrotask(() => subscription.unsubscribe()); // it may be told before there is anything to unsubscribe from
    }),
  );
  return () => subscription.unsubscribe();
}

/** The event as the API has it, in JSON: without the names that set apart what types have in different shapes. */
export function jsonOf(event: WholeEvent): string {
  return JSON.stringify(Object.fromEntries(Object.entries(event).map(([name, value]) => [name.replace(/_[A-Z]\w*Event$/, ""), value])), null, 2);
}
