import { lazy } from "react";
import type { MeetingPlace } from "../app/places";

const View = lazy(() => import("./RecordingsView").then(({ RecordingsView }) => ({ default: RecordingsView })));

export const place: MeetingPlace = { id: "recordings", title: "Recordings", order: 30, View };
