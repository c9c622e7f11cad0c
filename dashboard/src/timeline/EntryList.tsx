import { memo, useMemo } from "react";
import type { Meeting } from "../meeting/state";
import { lineAt } from "../recordings/story";
import { roomStyle } from "../rooms/hue";
import { Dot, Faint, Lines, Row, Text } from "../ui/Lines";
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

/** What was said and done, in the order of beginning. */
export function EntryList({ meeting, entries, at, onChoose }: Props) {
  const starts = useMemo(() => entries.map(({ from }) => ({ at: from })), [entries]);
  const current = at === null ? -1 : lineAt(starts, between(meeting.createdAt, at) + 0.05);
  return (
    <>
      <Lines label="What was said and done" lines={entries} keyOf={({ id }) => id} current={current} none="There is nothing of that." className={styles.scroller}>
        {(entry, index) => <EntryRow entry={entry} ordinal={meeting.rooms.get(entry.room.id)?.ordinal ?? 0} isCurrent={index === current} onChoose={onChoose} />}
      </Lines>
      <p className={styles.total}>{count(entries.length, "entry", "entries")}</p>
    </>
  );
}

const EntryRow = memo(function EntryRow({ entry, ordinal, isCurrent, onChoose }: { entry: Entry; ordinal: number; isCurrent: boolean; onChoose: (entry: Entry) => void }) {
  return (
    <Row data={{ "data-kind": entry.kind }} className={styles.row} isCurrent={isCurrent} style={roomStyle(ordinal)} onPress={() => onChoose(entry)}>
      <Faint>
        <time dateTime={entry.at}>{clock(entry.at)}</time>
      </Faint>
      <Dot hasRoom />
      <Text>{tell(entry)}</Text>
      <Faint>{lengthOf(entry)}</Faint>
    </Row>
  );
});

/** How long an entry took, or where something was said. */
function lengthOf(entry: Entry): string {
  if (entry.kind === "UTTERANCE") return entry.room.name;
  return (entry.kind === "GAP" || entry.kind === "PRESENCE") && entry.to !== null ? span(entry.to - entry.from) : "";
}
