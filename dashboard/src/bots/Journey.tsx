import type { CSSProperties } from "react";
import type { Meeting } from "../meeting/state";
import { roomStyle } from "../rooms/hue";
import { between, clock, span } from "../ui/time";
import { useNow } from "../ui/useNow";
import { words } from "../ui/words";
import styles from "./Journey.module.css";
import type { BotJourney } from "./useJourney";

/** The rooms that a bot was in, one line each, over time; below them when it recorded, and the gaps. */
export function Journey({ journey, meeting }: { journey: BotJourney; meeting: Meeting }) {
  const now = useNow(1000);
  const visits = journey.visits.nodes;
  const first = visits[0];
  if (!first) return <p className={styles.none}>{journey.joinAt === null ? "It has not been in a room yet." : `It joins at ${clock(journey.joinAt)}.`}</p>;
  const from = Date.parse(first.enteredAt);
  const until = Math.max(from + 1000, ...visits.map(({ leftAt }) => (leftAt === null ? now : Date.parse(leftAt))));
  const place = (start: string, end: string | null): CSSProperties => {
    const [left, right] = [Date.parse(start), end === null ? until : Date.parse(end)].map((at) => ((at - from) / (until - from)) * 100) as [number, number];
    return { left: `${Math.max(0, left)}%`, width: `${Math.min(100, right) - Math.max(0, left)}%` };
  };
  const length = (start: string, end: string | null) => span(between(start, end ?? new Date(until).toISOString()));
  const rooms = [...new Map(visits.map(({ room }) => [room.id, room])).values()];
  return (
    <div className={styles.journey}>
      <ul className={styles.lines}>
        {rooms.map((room) => (
          <li key={room.id} style={roomStyle(room.ordinal)}>
            <span className={styles.label}>{meeting.rooms.get(room.id)?.name ?? room.name}</span>
            <span className={styles.track}>
              {visits
                .filter((visit) => visit.room.id === room.id)
                .map((visit) => {
                  const told = `${clock(visit.enteredAt)} to ${visit.leftAt === null ? "now" : clock(visit.leftAt)}, ${length(visit.enteredAt, visit.leftAt)}`;
                  return (
                    <span key={visit.id} className={styles.visit} style={place(visit.enteredAt, visit.leftAt)} title={told}>
                      <span className="heard">{told}</span>
                    </span>
                  );
                })}
            </span>
          </li>
        ))}
        <li>
          <span className={styles.label}>Recorded</span>
          <span className={styles.track}>
            {journey.segments.nodes.map((segment) => (
              <span key={segment.id} className={styles.recorded} style={place(segment.startedAt, segment.endedAt)} title={`recorded ${length(segment.startedAt, segment.endedAt)}`} />
            ))}
            {journey.gaps.nodes.map((gap) => (
              <span key={gap.from} className={styles.gap} style={place(gap.from, gap.to)} title={`gap: ${words(gap.cause)}, ${length(gap.from, gap.to)}`}>
                <span className="heard">
                  gap at {clock(gap.from)}: {words(gap.cause)}
                </span>
              </span>
            ))}
          </span>
        </li>
      </ul>
      <p className={styles.axis} aria-hidden="true">
        <span>{clock(first.enteredAt)}</span>
        <span>{clock(new Date(until).toISOString())}</span>
      </p>
    </div>
  );
}
