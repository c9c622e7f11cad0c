import type { Client } from "@urql/core";
import { readPages } from "../api/pages";
import { VoicesDocument } from "../gql/documents";
import type { Meeting, Segment } from "../meeting/state";
import { trackOf, type Track } from "./tracks";

/** Somebody's voice in one room, as one bot has it. */
export interface Voice {
  segment: Segment;
  track: Track;
  /** How many other bots recorded it. */
  others: number;
}

/** Somebody who was heard in a meeting, in the order of time. */
export interface Heard {
  number: number;
  name: string;
  voices: readonly Voice[];
  seconds: number;
}

/** Reads who was heard in a meeting, and where. What several bots recorded stands there once. */
export async function readVoices(api: Client, meeting: Meeting, signal: AbortSignal): Promise<readonly Heard[]> {
  const read = new Map<number, Voice[]>();
  await readPages(api, VoicesDocument, { meetingId: meeting.id }, ({ segments }) => segments, (rows) => {
    for (const { id, tracks } of rows) {
      const segment = meeting.segments.get(id);
      for (const row of tracks.nodes) if (segment && row.kind === "AUDIO") put(read, { segment, track: trackOf(row, segment), others: 0 });
    }
  }, signal);
  return [...read.entries()].sort(([a], [b]) => a - b).map(([number, voices]) => heardOf(number, voices));
}

function put(read: Map<number, Voice[]>, voice: Voice): void {
  const known = read.get(voice.track.number) ?? [];
  known.push(voice);
  read.set(voice.track.number, known);
}

function heardOf(number: number, all: readonly Voice[]): Heard {
  const voices: Voice[] = [];
  for (const voice of all.toSorted((a, b) => startOf(a) - startOf(b))) {
    const i = voices.findIndex((known) => known.segment.roomId === voice.segment.roomId && startOf(voice) < startOf(known) + known.track.duration * 1000);
    const known = voices[i];
    if (!known) voices.push(voice);
    else voices[i] = { ...(voice.track.duration > known.track.duration ? voice : known), others: known.others + 1 };
  }
  return { number, name: voices.at(-1)?.track.name ?? "", voices, seconds: voices.reduce((sum, { track }) => sum + track.duration, 0) };
}

function startOf({ segment, track }: Voice): number {
  return Date.parse(segment.startedAt) + track.offset * 1000;
}
