import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, useEffect, useMemo, useRef } from "react";
import type { Meeting } from "../meeting/state";
import { lineAt } from "../recordings/story";
import { roomStyle } from "../rooms/hue";
import { between, clock, span } from "../ui/time";
import { count } from "../ui/words";
import styles from "./EntryList.module.css";
import { tell, type Entry } from "./entries";

interface Props {
  meeting: Meeting;
  entries: readonly Entry[];
  /** The moment that is looked at; null for none. */
  at: string | null;
  onChoose: (entry: Entry) => void;
}

/** What was said and done, in the order of beginning. However much it is, only what is in sight is laid out. */
export function EntryList({ meeting, entries, at, onChoose }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const starts = useMemo(() => entries.map(({ from }) => ({ at: from })), [entries]);
  const current = at === null ? -1 : lineAt(starts, between(meeting.createdAt, at) + 0.05);
  // eslint-disable-next-line react-hooks/incompatible-library -- nothing here is memoized by the compiler
  const virtual = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 34,
    getItemKey: (index) => entries[index]?.id ?? index,
    overscan: 10,
  });
  useEffect(() => {
    if (current >= 0) virtual.scrollToIndex(current, { align: "center" });
  }, [virtual, current]);
  return (
    <>
      <div ref={scroller} className={styles.scroller} role="region" aria-label="What was said and done" tabIndex={-1}>
        {entries.length === 0 && <p className={styles.none}>There is nothing of that.</p>}
        <ol style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, key, start }) => {
            const entry = entries[index];
            return (
              entry && (
                <li key={key} ref={virtual.measureElement} data-index={index} aria-setsize={entries.length} aria-posinset={index + 1} style={{ transform: `translateY(${start}px)` }}>
                  <Row entry={entry} ordinal={meeting.rooms.get(entry.room.id)?.ordinal ?? 0} isCurrent={index === current} onChoose={onChoose} />
                </li>
              )
            );
          })}
        </ol>
      </div>
      <p className={styles.total}>{count(entries.length, "entry", "entries")}</p>
    </>
  );
}

const Row = memo(function Row({ entry, ordinal, isCurrent, onChoose }: { entry: Entry; ordinal: number; isCurrent: boolean; onChoose: (entry: Entry) => void }) {
  return (
    <button type="button" className={styles.row} data-kind={entry.kind} aria-current={isCurrent || undefined} style={roomStyle(ordinal)} onClick={() => onChoose(entry)}>
      <time dateTime={entry.at}>{clock(entry.at)}</time>
      <span className={styles.dot} />
      <span className={styles.text}>
        {tell(entry)
          .split("**")
          .map((part, i) => (i % 2 === 1 ? <b key={i}>{part}</b> : part))}
      </span>
      <span className={styles.length}>{(entry.kind === "GAP" || entry.kind === "PRESENCE") && entry.to !== null ? span(entry.to - entry.from) : entry.kind === "UTTERANCE" ? entry.room.name : ""}</span>
    </button>
  );
});
