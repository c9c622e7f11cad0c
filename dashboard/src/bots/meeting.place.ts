import { lazy } from "react";
import type { MeetingPlace } from "../app/places";

export const place: MeetingPlace = {
  id: "bots",
  title: "Bots",
  order: 20,
  View: lazy(async () => ({ default: (await import("./BotsView")).BotsView })),
};
