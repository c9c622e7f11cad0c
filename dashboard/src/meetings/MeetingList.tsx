import { PageLink } from "../app/PageLink";
import { addressOf } from "../app/route";
import { moment } from "../ui/time";
import styles from "./MeetingList.module.css";
import type { MeetingRow, Meetings } from "./useMeetings";

interface Props {
  meetings: Meetings;
  current: string | null;
  onOpen?: () => void;
}

/** The meetings, newest first. */
export function MeetingList({ meetings, current, onOpen }: Props) {
  return (
    <nav aria-label="Meetings">
      <h2 className={styles.heading}>Meetings</h2>
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
