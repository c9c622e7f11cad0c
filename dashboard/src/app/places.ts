// The places of this page. A folder adds one by a file of its own:
// `meeting.place.ts` a view of a meeting, which becomes a tab, `server.place.ts`
// a page of the server, which becomes an entry of the bar.
import type { ComponentType } from "react";
import type { Feed } from "../meeting/feed";
import type { Meeting } from "../meeting/state";

/** What a view of a meeting is given: what is known of it now. */
export interface MeetingViewProps {
  meeting: Meeting;
  feed: Feed;
}

/** A view of one meeting, at `?meeting=…&view=<id>`. */
export interface MeetingPlace {
  id: string;
  title: string;
  /** Its place among the tabs: smaller is further left. */
  order: number;
  /** Made with React's lazy, unless it is what people see first. */
  View: ComponentType<MeetingViewProps>;
}

/** A page of the server, at `?page=<id>`. */
export interface ServerPlace {
  id: string;
  title: string;
  order: number;
  View: ComponentType;
}

export const meetingPlaces = sorted(import.meta.glob<MeetingPlace>("../*/meeting.place.ts", { eager: true, import: "place" }));
export const serverPlaces = sorted(import.meta.glob<ServerPlace>("../*/server.place.ts", { eager: true, import: "place" }));

function sorted<Place extends { order: number }>(found: Record<string, Place>): readonly Place[] {
  return Object.values(found).sort((a, b) => a.order - b.order);
}
