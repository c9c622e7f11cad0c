import type { DeliveryState, EndpointPartsFragment, WebhookFormat, WebhookSigning } from "../gql/documents";
import { moment } from "../ui/time";
import { count } from "../ui/words";

export const formats: readonly (readonly [WebhookFormat, string])[] = [
  ["EVENT", "Every event, in Breakout’s own words"],
  ["BOT_STATUS_CHANGE", "Bots’ steps, as bot.status_change"],
  ["BOT_EVENTS", "Bots’ steps, recordings and transcripts, each an event of its own"],
];

export const signings: readonly (readonly [WebhookSigning, string])[] = [
  ["HMAC_SHA256", "A secret that both sides know (HMAC-SHA256)"],
  ["ED25519", "A key pair (ed25519)"],
];

export const stateWords: Record<DeliveryState, string> = { WAITING: "waits", DELIVERED: "delivered", FAILED: "failed" };

/** Whether an endpoint is sent to, and if not, why. */
export function conditionOf({ enabled, disabledMessage, disabledAt, failingSince }: EndpointPartsFragment): { state: "on" | "failing" | "off"; text: string } {
  if (!enabled) return { state: "off", text: disabledMessage ?? (disabledAt === null ? "disabled" : `disabled since ${moment(disabledAt)}`) };
  if (failingSince !== null) return { state: "failing", text: `takes nothing since ${moment(failingSince)}` };
  return { state: "on", text: "enabled" };
}

/** Which events an endpoint is sent. */
export function filterOf({ eventTypes, meetingId, metadata }: EndpointPartsFragment): string {
  const types = eventTypes.length === 0 ? "all events" : count(eventTypes.length, "type of event", "types of events");
  const of = meetingId === null ? "" : ` of ${meetingId}`;
  const bots = metadata.length === 0 ? "" : `, bots with ${metadata.map(({ key, value }) => `${key}=${value}`).join(", ")}`;
  return `${types}${of}${bots}`;
}
