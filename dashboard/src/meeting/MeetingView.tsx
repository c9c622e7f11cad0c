import { memo, Suspense, useEffect, useRef } from "react";
import { Tab, TabList, TabPanel, Tabs } from "react-aria-components";
import { meetingPlaces } from "../app/places";
import { addressOf, go, useParameter } from "../app/route";
import { Notice } from "../ui/Notice";
import { LiveMeeting } from "../live/LiveMeeting";
import { aheadOf, type Feed } from "./feed";
import { MeetingHeader } from "./MeetingHeader";
import styles from "./MeetingView.module.css";
import type { Meeting } from "./state";
import { useMeetingFeed } from "./useMeetingFeed";

/** One meeting, now. */
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

/** The header, and the view that the address names below its tab. */
const Opened = memo(function Opened({ meeting, feed }: { meeting: Meeting; feed: Feed }) {
  const view = useParameter("view");
  const chosen = meetingPlaces.find(({ id }) => id === view) ?? meetingPlaces[0];
  const tabs = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const list = tabs.current;
    if (!list) return;
    // On a phone not all tabs fit: the one that is open is to be seen, on turning the phone too.
    const observer = new ResizeObserver(() => {
      const tab = list.querySelector<HTMLElement>("[aria-selected=true]");
      if (tab) list.scrollLeft = tab.offsetLeft - list.offsetLeft - (list.clientWidth - tab.offsetWidth) / 2;
    });
    observer.observe(list);
    return () => observer.disconnect();
  }, [chosen]);
  if (!chosen) return null;
  return (
    <LiveMeeting meeting={meeting}>
      <MeetingHeader meeting={meeting} phase={feed.phase} clockAhead={aheadOf(feed)} />
      <Tabs className={styles.tabs} selectedKey={chosen.id} onSelectionChange={(id) => go(addressOf(meeting.id, String(id)))}>
        <TabList ref={tabs} aria-label="Views of the meeting" className={styles.tabList} items={meetingPlaces}>
          {({ id, title }) => <Tab id={id}>{title}</Tab>}
        </TabList>
        <TabPanel key={chosen.id} id={chosen.id}>
          <h2 className="heard">{chosen.title}</h2>
          <Suspense fallback={<Loading />}>
            <chosen.View meeting={meeting} feed={feed} />
          </Suspense>
        </TabPanel>
      </Tabs>
    </LiveMeeting>
  );
});

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
