import type { Client } from "@urql/core";
import { onEnd, pipe, subscribe as listen } from "wonka";
import type { Socket } from "../api/socket";
import { MeetingEventsDocument, MeetingHeadDocument } from "../gql/documents";
import type { MeetingEvent } from "../meeting/state";

/** How long to wait before each new try, in milliseconds. */
const waits = [250, 500, 1000, 2000, 4000];

/** What a follower hears. */
export interface Follower {
  onEvent: (event: MeetingEvent) => void;
  /** Whether events flow now. */
  onLive?: (live: boolean) => void;
  /** The meeting is not there any more. */
  onMissing?: () => void;
}

/** Which events to follow. */
export interface Stretch {
  meetingId: string;
  /** Begin after the event with this cursor; with null, at the meeting's first event. */
  after: string | null;
  /** Stop with the event that has this cursor; without it, never. */
  until?: string;
}

/**
 * Follows a meeting's events: each once, in order, whatever becomes of the
 * socket. It goes on after the last event that it has seen. Returns how to stop.
 */
export function follow(api: Client, socket: Socket, stretch: Stretch, follower: Follower): () => void {
  let { after } = stretch;
  let sequence = 0;
  let failures = 0;
  let stopped = false;
  let subscription: { unsubscribe: () => void } | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const stop = () => {
    stopped = true;
    clearTimeout(timer);
    subscription?.unsubscribe();
    offConnected();
    removeEventListener("online", wake);
  };

  const take = (event: MeetingEvent) => {
    if (stopped || event.sequence <= sequence) return;
    if (sequence !== 0 && event.sequence !== sequence + 1) {
      lost(); // something is missing: ask for it
      return;
    }
    ({ cursor: after, sequence } = event);
    failures = 0;
    follower.onEvent(event);
    if (event.cursor === stretch.until) stop();
  };

  const subscribe = () => {
    if (socket.isOpen()) follower.onLive?.(true);
    subscription = pipe(
      api.subscription(MeetingEventsDocument, { meetingId: stretch.meetingId, after }),
      onEnd(() => lost()), // a server that stops may say that the stream is over; it never is
      listen(({ data, error }) => {
        if (data) take(data.meetingEvents);
        if (error) lost();
      }),
    );
  };

  const lost = () => {
    if (stopped || timer !== undefined) return;
    timer = setTimeout(resume, waits[Math.min(failures++, waits.length - 1)]);
    subscription?.unsubscribe();
    follower.onLive?.(false);
  };

  // A plain request first: its answer tells a server that is away from a key
  // that is refused and from a meeting that is gone; a socket's failure doesn't.
  const resume = () => {
    timer = undefined;
    void api
      .query(MeetingHeadDocument, { id: stretch.meetingId })
      .toPromise()
      .then(({ data, error }) => {
        if (stopped) return;
        if (error) lost();
        else if (data?.meeting) subscribe();
        else follower.onMissing?.();
      });
  };

  const wake = () => {
    if (timer === undefined) return;
    clearTimeout(timer);
    resume();
  };

  const offConnected = socket.client.on("connected", () => {
    if (timer === undefined) follower.onLive?.(true);
  });
  addEventListener("online", wake);
  subscribe();
  return stop;
}
