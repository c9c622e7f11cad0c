import { MeetingList } from "../meetings/MeetingList";
import type { Meetings } from "../meetings/useMeetings";
import { NewMeeting } from "../meetings/NewMeeting";
import { MeetingView } from "../meeting/MeetingView";
import { Notice } from "../ui/Notice";
import { useMedia } from "../ui/useMedia";
import styles from "./Shell.module.css";

/** The meetings beside the one that is open. */
export function Home({ meetings, current }: { meetings: Meetings; current: string | null }) {
  const hasAside = useMedia("(min-width: 1000px)");
  return (
    <>
      {hasAside && (
        <aside className={styles.aside}>
          <MeetingList meetings={meetings} current={current} />
        </aside>
      )}
      <main className={styles.main}>
        {current !== null ? (
          <MeetingView key={current} id={current} />
        ) : (
          <Notice trouble={meetings.error !== null} title={titleOf(meetings)}>
            {meetings.error !== null && <p>{meetings.error} This page tries again every few seconds.</p>}
            {meetings.read && <NoMeeting />}
          </Notice>
        )}
      </main>
    </>
  );
}

function titleOf({ read, error }: { read: boolean; error: string | null }): string {
  if (error !== null) return "The meetings can’t be read";
  return read ? "No meeting yet" : "Reading the meetings…";
}

function NoMeeting() {
  return (
    <>
      <p>As soon as there is one, it opens here. To see a workshop with 24 guests, 6 rooms and 8 bots:</p>
      <pre>
        <code>breakout demo</code>
      </pre>
      <p>
        Or open one of your own, here or with the mutation <code>createMeeting</code> from your program:
      </p>
      <NewMeeting />
    </>
  );
}
