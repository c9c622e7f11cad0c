import { useMemo } from "react";
import type { Meeting, Room, Segment } from "../meeting/state";
import { roomStyle } from "../rooms/hue";
import { count } from "../ui/words";
import styles from "./Recordings.module.css";
import { SegmentRow } from "./SegmentRow";

/** What bots recorded, room by room, the latest first. */
export function Recordings({ meeting: { id, segments, rooms, endedAt } }: { meeting: Meeting }) {
  const groups = useMemo(() => byRoom(segments.values(), rooms), [segments, rooms]);
  if (groups.length === 0)
    return (
      <p className={styles.none}>
        {endedAt === null
          ? "Nothing was recorded yet. A bot records every room that it is in; send one with the mutation createBot."
          : "Nothing was recorded in this meeting."}
      </p>
    );
  return (
    <div className={styles.rooms}>
      {groups.map(({ room, list }) => (
        <section key={room.id} className={styles.room} style={roomStyle(room.ordinal)} aria-label={`Recordings of ${room.name}`}>
          <h3>
            <span className={styles.dot} />
            {room.name}
            <span className={styles.number}>{count(list.length, "recording")}</span>
          </h3>
          <ul>
            {list.map((segment) => (
              <SegmentRow key={segment.id} meetingId={id} segment={segment} />
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

interface Group {
  room: Room;
  list: Segment[];
}

/** Breakout rooms first: the main room is recorded by every bot that waits there. */
function byRoom(segments: Iterable<Segment>, rooms: Meeting["rooms"]): Group[] {
  const groups = new Map<string, Group>();
  for (const segment of segments) {
    const room = rooms.get(segment.roomId);
    if (!room) continue;
    const group = groups.get(room.id) ?? { room, list: [] };
    group.list.push(segment);
    groups.set(room.id, group);
  }
  const sorted = [...groups.values()].sort((a, b) => (a.room.ordinal || Infinity) - (b.room.ordinal || Infinity));
  for (const { list } of sorted) list.sort((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt));
  return sorted;
}
