import { useState } from "react";
import { Button } from "react-aria-components";
import { Choice, Choices, Heading } from "../app/Choices";
import { addressOf } from "../app/route";
import { PlusIcon } from "../ui/icons";
import { Panel } from "../ui/Panel";
import { moment } from "../ui/time";
import styles from "./MeetingList.module.css";
import { NewMeeting } from "./NewMeeting";
import type { MeetingRow, Meetings } from "./useMeetings";

interface Props {
  meetings: Meetings;
  current: string | null;
  onOpen?: () => void;
}

/** The meetings, newest first. */
export function MeetingList({ meetings, current, onOpen }: Props) {
  const [makes, setMakes] = useState(false);
  return (
    <nav aria-label="Meetings">
      <header className={styles.top}>
        <Heading>Meetings</Heading>
        <Button className={styles.add ?? ""} aria-label="New meeting" onPress={() => setMakes(true)}>
          <PlusIcon size={14} />
        </Button>
      </header>
      <Panel title="New meeting" isOpen={makes} onClose={() => setMakes(false)}>
        <NewMeeting
          onDone={() => {
            setMakes(false);
            onOpen?.();
          }}
        />
      </Panel>
      {meetings.read && meetings.list.length === 0 && <p className={styles.none}>None yet.</p>}
      <Choices>
        {meetings.list.map((row) => (
          <Choice key={row.id} href={addressOf(row.id)} isCurrent={row.id === current} light={row.endedAt === null ? "good" : "off"} title={row.title} detail={detailOf(row)} onFollow={onOpen} />
        ))}
      </Choices>
      {meetings.more && (
        <button type="button" className={styles.more} onClick={meetings.more}>
          Older meetings
        </button>
      )}
    </nav>
  );
}

function detailOf({ createdAt, endedAt, round }: MeetingRow): string {
  const began = moment(createdAt);
  if (endedAt !== null) return `${began} · ended`;
  return round ? `${began} · round ${round.ordinal} ${states[round.state]}` : `${began} · no round yet`;
}

const states = { EDIT: "prepared", OPEN: "open", CLOSING: "closing", CLOSED: "closed" };
