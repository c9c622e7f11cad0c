import type { MeetingPlace } from "../app/places";
import { Recordings } from "./Recordings";

export const place: MeetingPlace = { id: "recordings", title: "Recordings", order: 30, View: Recordings };
