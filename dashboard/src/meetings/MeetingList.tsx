import { useState } from "react";
import { Button } from "react-aria-components";
import { PageLink } from "../app/PageLink";
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
        <h2 className={styles.heading}>Meetings</h2>
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
      <ul className={styles.list}>
        {meetings.list.map((row) => (
          <li key={row.id}>
            <PageLink href={addressOf(row.id)} className={styles.row} aria-current={row.id === current ? "page" : undefined} onFollow={onOpen}>
              <span className={styles.light} data-on={row.endedAt === null || undefined} />
              <span className={styles.title}>{row.title}</span>
              <span className={styles.detail}>{detailOf(row)}</span>
            </PageLink>
          </li>
        ))}
      </ul>
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
