import { Button, Dialog, DialogTrigger, Popover } from "react-aria-components";
import { MeetingList } from "../meetings/MeetingList";
import type { Meetings } from "../meetings/useMeetings";
import { KeyIcon, ListIcon, Logo } from "../ui/icons";
import { useMedia } from "../ui/useMedia";
import styles from "./Bar.module.css";
import { PageLink } from "./PageLink";
import { serverPlaces } from "./places";
import { addressOfPage } from "./route";

interface Props {
  /** The page of the server that is open; null for the meetings. */
  page: string | null;
  meetings: Meetings;
  /** The meeting that is open. */
  current: string | null;
  onForget: () => void;
}

/** The way to every page, above all of them. Where there is little place, behind one button. */
export function Bar({ page, meetings, current, onForget }: Props) {
  const isWide = useMedia("(min-width: 1000px)");
  return (
    <header className={styles.bar}>
      <PageLink href="/" className={styles.brand} aria-label="Breakout">
        <Logo />
        <span>Breakout</span>
      </PageLink>
      {isWide ? (
        <nav aria-label="Pages" className={styles.pages}>
          <Pages page={page} />
        </nav>
      ) : (
        <Menu page={page} meetings={meetings} current={current} />
      )}
      <span className={styles.space} />
      <Button className={styles.tool} onPress={onForget} aria-label="Use another key">
        <KeyIcon />
        <span className={styles.wordy}>Another key</span>
      </Button>
    </header>
  );
}

function Pages({ page, onFollow }: { page: string | null; onFollow?: () => void }) {
  return (
    <>
      <PageLink href="/" className={styles.tool} aria-current={page === null ? "page" : undefined} onFollow={onFollow}>
        Meetings
      </PageLink>
      {serverPlaces.map(({ id, title }) => (
        <PageLink key={id} href={addressOfPage(id)} className={styles.tool} aria-current={page === id ? "page" : undefined} onFollow={onFollow}>
          {title}
        </PageLink>
      ))}
      <a href="/graphiql" className={styles.tool}>
        GraphiQL
      </a>
    </>
  );
}

function Menu({ page, meetings, current }: Omit<Props, "onForget">) {
  return (
    <DialogTrigger>
      <Button className={styles.tool}>
        <ListIcon />
        Menu
      </Button>
      <Popover className={styles.popover} placement="bottom start">
        <Dialog aria-label="Menu" className={styles.menu}>
          {({ close }) => (
            <>
              <nav aria-label="Pages" className={styles.pages}>
                <Pages page={page} onFollow={close} />
              </nav>
              <MeetingList meetings={meetings} current={page === null ? current : null} onOpen={close} />
            </>
          )}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
