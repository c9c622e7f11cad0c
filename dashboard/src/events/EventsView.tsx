import type { MeetingViewProps } from "../app/places";
import { EventList } from "./EventList";

/** All events of a meeting. */
export function EventsView({ meeting, feed }: MeetingViewProps) {
  return <EventList meeting={meeting} past={feed.past} live={feed.live} />;
}
