import { useEffect, type ReactNode } from "react";
import { Tab, TabList, TabPanel, Tabs } from "react-aria-components";
import { EventList } from "../events/EventList";
import { Recordings } from "../recordings/Recordings";
import { RoomStage } from "../rooms/RoomStage";
import { Notice } from "../ui/Notice";
import { useMedia } from "../ui/useMedia";
import type { Feed } from "./feed";
import { MeetingHeader } from "./MeetingHeader";
import styles from "./MeetingView.module.css";
import type { Meeting } from "./state";
import { useMeetingFeed } from "./useMeetingFeed";

/** One meeting: its rooms, its recordings and its events, now. */
export function MeetingView({ id }: { id: string }) {
  const { feed, reopen } = useMeetingFeed(id);
  const { meeting, phase } = feed;
  const title = meeting?.title;
  useEffect(() => {
    document.title = title === undefined ? "Breakout" : `${title} – Breakout`;
  }, [title]);

  if (phase === "missing")
    return (
      <Notice title="There is no such meeting">
        <p>
          The server knows no meeting <code>{id}</code>. Choose another one from the list.
        </p>
      </Notice>
    );
  if (phase === "failed")
    return (
      <Notice title="The meeting can’t be read" trouble>
        <p>{feed.error}</p>
        <button type="button" onClick={reopen}>
          Try again
        </button>
      </Notice>
    );
  return meeting ? <Opened meeting={meeting} feed={feed} /> : <Loading />;
}

function Opened({ meeting, feed }: { meeting: Meeting; feed: Feed }) {
  const isWide = useMedia("(min-width: 1240px)");
  const rooms = <RoomStage meeting={meeting} />;
  const recordings = <Recordings meeting={meeting} />;
  const events = <EventList meeting={meeting} past={feed.past} live={feed.live} />;
  return (
    <>
      <MeetingHeader meeting={meeting} phase={feed.phase} clockAhead={aheadOf(feed)} />
      {isWide ? (
        <div className={styles.columns}>
          <div className={styles.column}>
            <Part title="Rooms">{rooms}</Part>
            <Part title="Recordings">{recordings}</Part>
          </div>
          <div className={styles.side}>
            <Part title="Events">{events}</Part>
          </div>
        </div>
      ) : (
        <Tabs className={styles.tabs}>
          <TabList aria-label="Parts of the meeting" className={styles.tabList}>
            <Tab id="rooms">Rooms</Tab>
            <Tab id="recordings">Recordings</Tab>
            <Tab id="events">Events</Tab>
          </TabList>
          <TabPanel id="rooms">
            <h2 className="heard">Rooms</h2>
            {rooms}
          </TabPanel>
          <TabPanel id="recordings">
            <h2 className="heard">Recordings</h2>
            {recordings}
          </TabPanel>
          <TabPanel id="events">
            <h2 className="heard">Events</h2>
            {events}
          </TabPanel>
        </Tabs>
      )}
    </>
  );
}

/** Two clocks that agree but for the way that events take are taken as one. */
function aheadOf({ clockAhead }: Feed): number {
  return Number.isFinite(clockAhead) && Math.abs(clockAhead) > 2000 ? clockAhead : 0;
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className={styles.part}>
      <h2 className={styles.heading}>{title}</h2>
      {children}
    </section>
  );
}

function Loading() {
  return (
    <div className={styles.loading} role="status" aria-label="Reading the meeting…">
      <span />
      <span />
      <span />
      <span />
    </div>
  );
}
