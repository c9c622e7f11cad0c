import type { MeetingViewProps } from "../app/places";
import { EventList } from "../events/EventList";
import { useMedia } from "../ui/useMedia";
import { RoomStage } from "./RoomStage";
import styles from "./RoomsView.module.css";

/** The rooms of a meeting, with what happens in them beside them where there is place. */
export function RoomsView({ meeting, feed }: MeetingViewProps) {
  const isWide = useMedia("(min-width: 1240px)");
  if (!isWide) return <RoomStage meeting={meeting} />;
  return (
    <div className={styles.columns}>
      <RoomStage meeting={meeting} />
      <aside className={styles.side} aria-label="Events">
        <EventList meeting={meeting} past={feed.past} live={feed.live} />
      </aside>
    </div>
  );
}
