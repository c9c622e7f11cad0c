import { lazy } from "react";
import type { ServerPlace } from "../app/places";

const View = lazy(() => import("./SimulatorPage").then(({ SimulatorPage }) => ({ default: SimulatorPage })));

export const place: ServerPlace = { id: "simulator", title: "Simulator", order: 30, View };
