import { memo, useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import type { Meeting, MeetingEvent } from "../meeting/state";
import { roomStyle } from "../rooms/hue";
import { Search } from "../ui/Search";
import { Strong } from "../ui/Strong";
import { clock } from "../ui/time";
import { count } from "../ui/words";
import styles from "./EventList.module.css";
import { textOf } from "./filter";
import { keptEvents } from "./history";
import { sentence } from "./sentence";

/** How many events are shown at first, and with each further step down: as many as most screens have room for. */
const step = 36;

interface Props {
  meeting: Meeting;
  past: readonly MeetingEvent[];
  live: readonly MeetingEvent[];
}

/** What happened, newest first. Only as much is laid out as was scrolled to. */
export function EventList({ meeting, past, live }: Props) {
  const [filter, setFilter] = useState("");
  const [shown, setShown] = useState(step);
  const wanted = useDeferredValue(filter.trim().toLowerCase());
  const found = useMemo(() => {
    const all = past.concat(live).slice(-keptEvents).reverse();
    return wanted === "" ? all : all.filter((event) => textOf(event).includes(wanted));
  }, [past, live, wanted]);

  return (
    <div className={styles.events}>
      <Search
        isHead
        label="Filter the events by text"
        hint="Filter: a name, a room, closing …"
        clear="Show all events"
        value={filter}
        onChange={(value) => {
          setFilter(value);
          setShown(step);
        }}
      />
      {/* Scrolls by keyboard, so it can be reached by keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- see above */}
      <div className={styles.scroller} tabIndex={0} role="region" aria-label="Events, newest first">
        {found.length === 0 && <p className={styles.none}>{wanted === "" ? "No events yet." : "No event says that."}</p>}
        <ol>
          {found.slice(0, shown).map((event) => (
            <EventRow key={event.sequence} event={event} ordinal={event.room ? (meeting.rooms.get(event.room.id)?.ordinal ?? 0) : null} />
          ))}
        </ol>
        {shown < found.length && <More key={shown} onSeen={() => setShown(shown + step)} />}
      </div>
      <p className={styles.total}>
        {wanted === "" ? count(found.length, "event") : `${count(found.length, "event")} of ${Math.min(past.length + live.length, keptEvents)}`}
        {past.length + live.length >= keptEvents && `, the latest ${keptEvents}`}
      </p>
    </div>
  );
}

const EventRow = memo(function EventRow({ event, ordinal }: { event: MeetingEvent; ordinal: number | null }) {
  return (
    <li className={styles.row} data-type={event.type} style={ordinal === null ? undefined : roomStyle(ordinal)}>
      <span className={styles.dot} data-room={ordinal !== null || undefined} />
      <span className={styles.text}>
        <Strong>{sentence(event)}</Strong>
      </span>
      <span className={styles.at}>
        <time dateTime={event.at}>{clock(event.at)}</time>
        <span className={styles.sequence}>#{event.sequence}</span>
      </span>
    </li>
  );
});

/** Asks for more when it is scrolled into sight. */
function More({ onSeen }: { onSeen: () => void }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!place.current) return;
    const observer = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) onSeen();
    });
    observer.observe(place.current);
    return () => observer.disconnect();
  });
  return <div ref={place} className={styles.more} />;
}
