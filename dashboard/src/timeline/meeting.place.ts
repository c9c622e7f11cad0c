import { lazy } from "react";
import type { MeetingPlace } from "../app/places";

const View = lazy(() => import("./TimelineView").then(({ TimelineView }) => ({ default: TimelineView })));

export const place: MeetingPlace = { id: "timeline", title: "Timeline", order: 40, View };
