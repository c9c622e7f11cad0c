import type { MeetingPlace } from "../app/places";
import { EventsView } from "./EventsView";

export const place: MeetingPlace = { id: "events", title: "Events", order: 50, View: EventsView };
