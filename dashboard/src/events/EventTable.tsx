import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, useRef } from "react";
import type { Meeting, MeetingEvent } from "../meeting/state";
import { roomStyle } from "../rooms/hue";
import { clock } from "../ui/time";
import { words } from "../ui/words";
import styles from "./EventTable.module.css";
import { sentence } from "./sentence";

interface Props {
  meeting: Meeting;
  /** Newest first. */
  events: readonly MeetingEvent[];
  chosen: MeetingEvent | null;
  onChoose: (event: MeetingEvent) => void;
}

/** Events, one a row. However many there are, only those in sight are laid out. */
export function EventTable({ meeting, events, chosen, onChoose }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  // eslint-disable-next-line react-hooks/incompatible-library -- nothing here is memoized by the compiler
  const virtual = useVirtualizer({
    count: events.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 34,
    getItemKey: (index) => events[index]?.sequence ?? index,
    overscan: 12,
  });
  return (
    <div ref={scroller} className={styles.scroller} role="region" aria-label="Events, newest first" tabIndex={-1}>
      {events.length === 0 && <p className={styles.none}>No event is like that.</p>}
      <ol style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, key, start }) => {
          const event = events[index];
          return (
            event && (
              <li key={key} ref={virtual.measureElement} data-index={index} aria-setsize={events.length} aria-posinset={index + 1} style={{ transform: `translateY(${start}px)` }}>
                <Row event={event} ordinal={event.room ? (meeting.rooms.get(event.room.id)?.ordinal ?? 0) : null} isChosen={event.sequence === chosen?.sequence} onChoose={onChoose} />
              </li>
            )
          );
        })}
      </ol>
    </div>
  );
}

interface RowProps {
  event: MeetingEvent;
  ordinal: number | null;
  isChosen: boolean;
  onChoose: (event: MeetingEvent) => void;
}

const Row = memo(function Row({ event, ordinal, isChosen, onChoose }: RowProps) {
  return (
    <button type="button" className={styles.row} data-type={event.type} aria-current={isChosen || undefined} style={ordinal === null ? undefined : roomStyle(ordinal)} onClick={() => onChoose(event)}>
      <span className={styles.sequence}>#{event.sequence}</span>
      <time dateTime={event.at}>{clock(event.at)}</time>
      <span className={styles.dot} data-room={ordinal !== null || undefined} />
      <span className={styles.text}>
        {sentence(event)
          .split("**")
          .map((part, i) => (i % 2 === 1 ? <b key={i}>{part}</b> : part))}
      </span>
      <span className={styles.type}>{words(event.type)}</span>
    </button>
  );
});
