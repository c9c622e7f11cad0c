import type { MeetingPlace } from "../app/places";
import { RoomsView } from "./RoomsView";

export const place: MeetingPlace = { id: "rooms", title: "Rooms", order: 10, View: RoomsView };
