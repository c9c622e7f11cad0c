import { lazy } from "react";
import type { MeetingPlace } from "../app/places";

const View = lazy(() => import("./EventsView").then(({ EventsView }) => ({ default: EventsView })));

export const place: MeetingPlace = { id: "events", title: "Events", order: 50, View };
