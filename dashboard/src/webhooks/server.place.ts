import { lazy } from "react";
import type { ServerPlace } from "../app/places";

const View = lazy(() => import("./WebhooksPage").then(({ WebhooksPage }) => ({ default: WebhooksPage })));

export const place: ServerPlace = { id: "webhooks", title: "Webhooks", order: 20, View };
