import { useState } from "react";
import { Button, Dialog, DialogTrigger, Popover } from "react-aria-components";
import { MeetingList } from "../meetings/MeetingList";
import { useMeetings } from "../meetings/useMeetings";
import { MeetingView } from "../meeting/MeetingView";
import { Player } from "../recordings/Player";
import { KeyIcon, ListIcon, Logo } from "../ui/icons";
import { Notice } from "../ui/Notice";
import { useMedia } from "../ui/useMedia";
import { useRoute } from "./route";
import styles from "./Shell.module.css";

/** The frame around every view: the meetings beside it, the player below it. */
export function Shell({ onForget }: { onForget: () => void }) {
  const meetings = useMeetings();
  const routed = useRoute();
  const hasAside = useMedia("(min-width: 1000px)");
  // The newest meeting at first sight stays open when newer ones come.
  const [opened, setOpened] = useState<string | null>(null);
  const newest = meetings.list[0]?.id ?? null;
  if (opened === null && newest !== null) setOpened(newest);
  const current = routed ?? opened;

  const list = <MeetingList meetings={meetings} current={current} />;
  return (
    <Player>
      <div className={styles.shell}>
        <header className={styles.bar}>
          <a href="/" className={styles.brand} aria-label="Breakout">
            <Logo />
            <span>Breakout</span>
          </a>
          {!hasAside && current !== null && (
            <DialogTrigger>
              <Button className={styles.tool}>
                <ListIcon />
                Meetings
              </Button>
              <Popover className={styles.popover} placement="bottom end">
                <Dialog aria-label="Meetings">{({ close }) => <MeetingList meetings={meetings} current={current} onOpen={close} />}</Dialog>
              </Popover>
            </DialogTrigger>
          )}
          <span className={styles.space} />
          <a href="/graphiql" className={styles.tool}>
            GraphiQL
          </a>
          <Button className={styles.tool} onPress={onForget} aria-label="Use another key">
            <KeyIcon />
            <span className={styles.wordy}>Another key</span>
          </Button>
        </header>
        {hasAside && <aside className={styles.aside}>{list}</aside>}
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
      </div>
    </Player>
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
        Or open one of your own with the mutation <code>createMeeting</code>, in <a href="/graphiql">GraphiQL</a> or from your program.
      </p>
    </>
  );
}
