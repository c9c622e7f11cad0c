import type { Client } from "@urql/core";
import { ask } from "../api/ask";
import { TracksDocument, type TracksQuery } from "../gql/documents";
import type { Segment } from "../meeting/state";
import { between } from "../ui/time";

/** One person's audio, camera or screen in a segment. */
export interface Track {
  id: string;
  number: number;
  kind: TracksKind;
  name: string;
  /** When it begins after the segment's beginning, in seconds. */
  offset: number;
  duration: number;
  url: string;
}

type TracksKind = "AUDIO" | "CAMERA" | "SCREEN";

/** What is heard of a segment; the rest can be looked at for itself. */
export const heardOf = (tracks: readonly Track[]): Track[] => tracks.filter(({ kind }) => kind === "AUDIO");

/** Reads the tracks of a segment. Their addresses can be played for an hour. */
export async function readTracks(api: Client, segment: Segment): Promise<Track[]> {
  const tracks: Track[] = [];
  for (let after: string | null = null; ; ) {
    const { node }: TracksQuery = await ask(api, TracksDocument, { segmentId: segment.id, after });
    if (node?.__typename !== "Segment") throw new Error("The recording is not there any more.");
    tracks.push(...node.tracks.nodes.map((row) => trackOf(row, segment)));
    if (!node.tracks.pageInfo.hasNextPage) return tracks;
    after = node.tracks.pageInfo.endCursor;
  }
}

type Row = Extract<NonNullable<TracksQuery["node"]>, { __typename: "Segment" }>["tracks"]["nodes"][number];

/** A track, as the API has it. */
export function trackOf({ id, number, kind, name, startedAt, durationSeconds, url }: Row, segment: Segment): Track {
  return { id, number, kind, name, offset: Math.max(0, between(segment.startedAt, startedAt)), duration: durationSeconds, url: onThisServer(url) };
}

/** How long a segment lasted, in seconds; 0 while it lasts. */
export function lengthOf(segment: Segment): number {
  return segment.endedAt === null ? 0 : between(segment.startedAt, segment.endedAt);
}

/**
 * The server names itself as it knows itself; this page was loaded under a name
 * that works from here, and may play from no other.
 */
export function onThisServer(url: string): string {
  const { pathname, search } = new URL(url, location.href);
  return pathname + search;
}
