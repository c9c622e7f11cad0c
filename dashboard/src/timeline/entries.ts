import type { Client } from "@urql/core";
import { readPages } from "../api/pages";
import { TimelineDocument, type TimelineQuery } from "../gql/documents";
import type { Meeting } from "../meeting/state";
import { between } from "../ui/time";

export type Row = NonNullable<TimelineQuery["meeting"]>["timeline"]["nodes"][number];

/** Something of a meeting's timeline; its times are seconds after the meeting's beginning. */
export interface Entry extends Omit<Row, "to"> {
  id: string;
  from: number;
  /** When it was over; null for what goes on. */
  to: number | null;
  /** Whom a message was written to; null when it was the room. */
  addressee: string | null;
}

/** Reads the whole timeline of a meeting and tells it anew with each page. */
export async function readTimeline(api: Client, meeting: Pick<Meeting, "id" | "createdAt">, signal: AbortSignal, tell: (entries: readonly Entry[], whole: boolean) => void): Promise<void> {
  let entries: readonly Entry[] = [];
  await readPages(api, TimelineDocument, { meetingId: meeting.id }, (data) => data.meeting?.timeline, (rows: readonly Row[]) => {
    entries = entries.concat(rows.map((row, i) => entryOf(row, meeting.createdAt, entries.length + i)));
    tell(entries, false);
  }, signal);
  if (!signal.aborted) tell(entries, true);
}

/** The kinds that last, and go on until they are over. */
const lasting: readonly Row["kind"][] = ["PRESENCE", "GAP"];

function entryOf(row: Row, began: string, number: number): Entry {
  const from = between(began, row.at);
  const { to: addressee, ...rest } = row;
  return { ...rest, addressee: addressee?.name ?? null, id: `${number} ${row.at}`, from, to: row.endedAt === null ? (lasting.includes(row.kind) ? null : from) : between(began, row.endedAt) };
}

/** What an entry tells, in words whose names stand in **stars**. */
export function tell({ kind, room, participant, addressee, text }: Entry): string {
  const [who, where] = [`**${participant?.name ?? "The owner"}**`, `**${room.name}**`];
  switch (kind) {
    case "ROOM_OPENED":
      return `${where} opened`;
    case "ROOM_CLOSED":
      return `${where} closed`;
    case "PRESENCE":
      return `${who} came into ${where}`;
    case "GAP":
      return `Nobody recorded ${where}`;
    case "SPEECH":
      return `${who} spoke in ${where}`;
    case "UTTERANCE":
      return `${who}: ${text ?? ""}`;
    case "CHAT":
      return `${who} wrote in ${where}${addressee === null ? "" : ` to **${addressee}**`}: ${text ?? ""}`;
  }
}

/** The entries of each room. */
export function byRoom(entries: readonly Entry[]): ReadonlyMap<string, readonly Entry[]> {
  return Map.groupBy(entries, ({ room }) => room.id);
}
