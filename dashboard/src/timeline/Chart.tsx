import { useMemo, useRef, type PointerEvent } from "react";
import type { Meeting, Room } from "../meeting/state";
import { ticksOf } from "../recordings/scale";
import { useView, useWheel } from "../recordings/useView";
import { ZoomTools } from "../recordings/ZoomTools";
import { roomStyle } from "../rooms/hue";
import { clock } from "../ui/time";
import styles from "./Chart.module.css";
import { mostOf } from "./crowd";
import { byRoom, type Entry } from "./entries";
import { MeetingHead } from "./MeetingHead";
import { RoomLane } from "./RoomLane";

interface Props {
  meeting: Meeting;
  entries: readonly Entry[];
  /** How long the meeting lasts, up to now, in seconds. */
  length: number;
  /** The moment that is looked at, in seconds; null for none. */
  moment: number | null;
  /** Somebody pressed on a room at a moment. */
  onPress: (at: number, roomId: string | undefined) => void;
}

const none: readonly Entry[] = [];

/** All rooms of a meeting on one clock. A press on a room goes to that moment there. */
export function Chart({ meeting, entries, length, moment, onPress }: Props) {
  const time = useRef<HTMLDivElement>(null);
  const zoom = useView(length);
  const { view } = zoom;
  useWheel(time, zoom);
  const grouped = useMemo(() => byRoom(entries), [entries]);
  const most = useMemo(() => mostOf(grouped.values(), length), [grouped, length]);
  const rooms = useMemo(() => shown(meeting, grouped), [meeting, grouped]);
  const percent = (at: number) => `${((at - view.from) / (view.to - view.from)) * 100}%`;
  const press = (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0 || !time.current) return;
    const { left, width, top, height } = time.current.getBoundingClientRect();
    const room = rooms[Math.floor(((event.clientY - top) / height) * rooms.length)];
    onPress(view.from + Math.min(1, Math.max(0, (event.clientX - left) / width)) * (view.to - view.from), room?.id);
  };
  const began = Date.parse(meeting.createdAt);

  return (
    <section className={styles.chart} aria-label="Rooms over time">
      <ZoomTools zoom={zoom} at={moment ?? undefined} />
      <div className={styles.axis} aria-hidden="true">
        {ticksOf(view).map(({ at }) => (
          <span key={at} style={{ left: percent(at) }}>
            {clock(new Date(began + at * 1000).toISOString())}
          </span>
        ))}
      </div>
      <div className={styles.scroller}>
        <div className={styles.lanes}>
          <ul>
            {rooms.map((room) => (
              <li key={room.id} className={styles.room} style={roomStyle(room.ordinal)}>
                <span className={styles.name}>
                  <span className={styles.dot} />
                  <span>{room.name}</span>
                </span>
                <RoomLane entries={grouped.get(room.id) ?? none} view={view} end={length} most={most} />
              </li>
            ))}
          </ul>
          <div ref={time} className={styles.over} onPointerDown={press}>
            {moment !== null && moment >= view.from && moment <= view.to && <span className={styles.moment} style={{ left: percent(moment) }} />}
            <MeetingHead createdAt={meeting.createdAt} view={view} />
          </div>
        </div>
      </div>
      <p className={styles.legend}>
        <span data-of="people" /> people in the room <span data-of="speech" /> somebody speaks <span data-of="gap" /> nobody records
      </p>
    </section>
  );
}

/** The rooms that something is known of, those that are gone too, the main room first. */
function shown({ rooms }: Meeting, grouped: ReadonlyMap<string, readonly Entry[]>): readonly Pick<Room, "id" | "name" | "ordinal">[] {
  const gone = [...grouped].filter(([id]) => !rooms.has(id)).map(([id, [first]], i) => ({ id, name: first?.room.name ?? "", ordinal: rooms.size + i }));
  return [...rooms.values()].sort((a, b) => a.ordinal - b.ordinal).concat(gone as Room[]);
}
