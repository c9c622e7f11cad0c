import { useState } from "react";
import type { MeetingViewProps } from "../app/places";
import { EventList } from "../events/EventList";
import { Attention } from "../host/Attention";
import { HostBar } from "../host/HostBar";
import { HostingContext, useNewHosting } from "../host/hosting";
import { SelectionBar } from "../host/SelectionBar";
import { JoinButton } from "../live/JoinButton";
import { aheadOf } from "../meeting/feed";
import { Search } from "../ui/Search";
import { useMedia } from "../ui/useMedia";
import { RoomStage } from "./RoomStage";
import styles from "./RoomsView.module.css";

/** The rooms of a meeting and what a host can do there, with what happens in them beside them where there is place. */
export function RoomsView({ meeting, feed }: MeetingViewProps) {
  const isWide = useMedia("(min-width: 1240px)");
  const [search, setSearch] = useState("");
  const hosting = useNewHosting(meeting);
  return (
    <HostingContext value={hosting}>
      <div className={styles.columns}>
        <div className={styles.main}>
          <HostBar meeting={meeting} />
          <Attention meeting={meeting} />
          <div className={styles.tools}>
            {meeting.participants.size + meeting.rooms.size > 2 && <Search label="Search rooms and people" value={search} onChange={setSearch} />}
            <JoinButton meetingId={meeting.id} />
          </div>
          <RoomStage meeting={meeting} clockAhead={aheadOf(feed)} search={search} />
        </div>
        {isWide && (
          <aside className={styles.side} aria-label="Events">
            <EventList meeting={meeting} past={feed.past} live={feed.live} />
          </aside>
        )}
      </div>
      <SelectionBar meeting={meeting} />
    </HostingContext>
  );
}
