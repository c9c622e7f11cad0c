import { memo } from "react";
import type { Meeting, MeetingEvent } from "../meeting/state";
import { roomStyle } from "../rooms/hue";
import { Dot, Faint, Lines, Row, Text } from "../ui/Lines";
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

/** Events, one a row. */
export function EventTable({ meeting, events, chosen, onChoose }: Props) {
  return (
    <Lines label="Events, newest first" lines={events} keyOf={({ sequence }) => sequence} none="No event is like that." className={styles.scroller}>
      {(event) => <EventRow event={event} ordinal={event.room ? (meeting.rooms.get(event.room.id)?.ordinal ?? 0) : null} isChosen={event.sequence === chosen?.sequence} onChoose={onChoose} />}
    </Lines>
  );
}

interface RowProps {
  event: MeetingEvent;
  ordinal: number | null;
  isChosen: boolean;
  onChoose: (event: MeetingEvent) => void;
}

const EventRow = memo(function EventRow({ event, ordinal, isChosen, onChoose }: RowProps) {
  return (
    <Row data={{ "data-type": event.type }} className={styles.row} isCurrent={isChosen} style={ordinal === null ? undefined : roomStyle(ordinal)} onPress={() => onChoose(event)}>
      <Faint className={styles.sequence}>#{event.sequence}</Faint>
      <Faint>
        <time dateTime={event.at}>{clock(event.at)}</time>
      </Faint>
      <Dot hasRoom={ordinal !== null} />
      <Text>{sentence(event)}</Text>
      <Faint className={styles.type}>{words(event.type)}</Faint>
    </Row>
  );
});
