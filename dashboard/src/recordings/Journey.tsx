import { useMemo } from "react";
import { PageLink } from "../app/PageLink";
import type { Meeting, Segment } from "../meeting/state";
import { roomStyle } from "../rooms/hue";
import { clock } from "../ui/time";
import styles from "./Journey.module.css";
import { addressOfSegment } from "./places";

/** The rooms that the bot went through, each a recording of its own. */
export function Journey({ meeting, segment }: { meeting: Meeting; segment: Segment }) {
  const visits = useMemo(
    () => [...meeting.segments.values()].filter(({ botId }) => botId === segment.botId).sort((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt)),
    [meeting.segments, segment.botId],
  );
  if (visits.length < 2) return null;
  return (
    <nav aria-label={`Visits of ${segment.botName}`}>
      <ol className={styles.journey}>
        {visits.map((visit) => (
          <li key={visit.id} style={roomStyle(meeting.rooms.get(visit.roomId)?.ordinal ?? 0)}>
            <PageLink href={addressOfSegment(meeting.id, visit.id)} aria-current={visit.id === segment.id ? "true" : undefined}>
              <span className={styles.dot} />
              {visit.roomName}
              <time dateTime={visit.startedAt}>{clock(visit.startedAt)}</time>
            </PageLink>
          </li>
        ))}
      </ol>
    </nav>
  );
}
