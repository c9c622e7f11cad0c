import type { EventType } from "../gql/documents";
import type { MeetingEvent } from "../meeting/state";
import { plain, sentence } from "./sentence";
import { typesIn } from "./types";

/** Which events are wanted. What is empty or null wants all. */
export interface Filter {
  types: readonly EventType[];
  room: string | null;
  who: string | null;
  text: string;
}

/** Reads a filter from an address, which anybody can write. */
export function filterIn(address: URLSearchParams): Filter {
  return { types: typesIn(address.get("types")), room: address.get("room"), who: address.get("who"), text: address.get("text") ?? "" };
}

/** The parameters of an address that stand for a filter. */
export function parametersOf({ types, room, who, text }: Filter): Record<string, string> {
  return {
    ...(types.length > 0 && { types: types.join(",") }),
    ...(room !== null && { room }),
    ...(who !== null && { who }),
    ...(text !== "" && { text }),
  };
}

export function isEmpty({ types, room, who, text }: Filter): boolean {
  return types.length === 0 && room === null && who === null && text === "";
}

/** Tells whether an event is wanted. `who` is a participant or a bot. */
export function wants({ types, room, who, text }: Filter): (event: MeetingEvent) => boolean {
  const said = text.trim().toLowerCase();
  return (event) =>
    (types.length === 0 || types.includes(event.type)) &&
    (room === null || event.room?.id === room) &&
    (who === null || event.participant?.id === who || event.bot?.id === who) &&
    (said === "" || textOf(event).includes(said));
}

const texts = new WeakMap<MeetingEvent, string>();

/** What a search looks at: the sentence, the type and the sequence. */
export function textOf(event: MeetingEvent): string {
  let text = texts.get(event);
  if (text === undefined) {
    text = `${plain(sentence(event))} ${event.type} #${event.sequence}`.toLowerCase();
    texts.set(event, text);
  }
  return text;
}
