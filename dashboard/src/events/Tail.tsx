import { useEffect, useState } from "react";
import { ask } from "../api/ask";
import { useConnection } from "../api/connection";
import { MeetingHeadDocument } from "../gql/documents";
import type { Feed } from "../meeting/feed";
import { count } from "../ui/words";
import styles from "./EventsView.module.css";
import { Copy } from "./Copy";
import { keptEvents } from "./history";

/** How often the server is asked for its latest event, in milliseconds. */
const askEvery = 5000;

interface Props {
  meetingId: string;
  feed: Feed;
  found: number;
  all: number;
}

/** How much there is, and how far this page is behind the meeting. */
export function Tail({ meetingId, feed, found, all }: Props) {
  const last = feed.live.at(-1) ?? feed.past.at(-1) ?? null;
  const head = useHead(meetingId);
  return (
    <footer className={styles.tail}>
      <span role="status">
        {found === all ? count(all, "event") : `${count(found, "event")} of ${all}`}
        {all >= keptEvents && `, the latest ${keptEvents}`}
      </span>
      <Lag feed={feed} />
      {last && (
        <span className={styles.cursor}>
          {head === null ? "" : head === last.cursor ? "up to date" : "catching up"} at <code>{last.cursor}</code> <Copy what="cursor" text={last.cursor} />
        </span>
      )}
    </footer>
  );
}

/** How long events take until they are here. Where the two machines' clocks differ, the quickest event is taken as the difference. */
function Lag({ feed: { live, clockAhead, phase } }: { feed: Feed }) {
  const last = live.at(-1);
  const came = useArrival(last?.cursor);
  if (phase !== "live") return <span className={styles.behind}>not connected: what happens now comes later</span>;
  if (!last || came === null) return null;
  const skew = Number.isFinite(clockAhead) && Math.abs(clockAhead) > 2000 ? clockAhead : 0;
  return <span>the last came {Math.max(0, (came - Date.parse(last.at) - skew) / 1000).toFixed(2)} s after it happened</span>;
}

/** When the latest event came, in milliseconds. */
function useArrival(cursor: string | undefined): number | null {
  const [arrival, setArrival] = useState<number | null>(null);
  const [first] = useState(cursor);
  useEffect(() => {
    // An event that was there before this was shown came at a time that nobody knows.
    if (cursor === undefined || cursor === first) return;
    const now = Date.now();
    const timer = setTimeout(() => setArrival(now));
    return () => clearTimeout(timer);
  }, [cursor, first]);
  return arrival;
}

/** The cursor of the server's latest event, a few seconds old at most; null until it is known. */
function useHead(meetingId: string): string | null {
  const { api } = useConnection();
  const [head, setHead] = useState<string | null>(null);
  useEffect(() => {
    const read = () => {
      if (document.hidden) return;
      ask(api, MeetingHeadDocument, { id: meetingId }).then(
        ({ meeting }) => setHead(meeting?.cursor ?? null),
        () => setHead(null),
      );
    };
    read();
    const timer = setInterval(read, askEvery);
    return () => clearInterval(timer);
  }, [api, meetingId]);
  return head;
}
