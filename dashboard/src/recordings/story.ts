import type { Client } from "@urql/core";
import { readPages } from "../api/pages";
import { DoneDocument, HeardDocument, SpokenDocument, type DoneQuery, type HeardQuery, type SpokenQuery } from "../gql/documents";
import type { Segment } from "../meeting/state";
import { between } from "../ui/time";

type NodeOf<Query extends { node: unknown }, Name extends string> = Extract<Query["node"], { __typename: "Segment" } & Record<Name, unknown>>;
type Heard = NodeOf<HeardQuery, "transcript">["transcript"]["nodes"][number];
type Spoken = NodeOf<SpokenQuery, "speakerTimeline">["speakerTimeline"]["nodes"][number];
type Done = NodeOf<DoneQuery, "participantEvents">["participantEvents"]["nodes"][number];

/** A word, with its times after the segment's beginning. */
export interface Word {
  text: string;
  from: number;
  to: number;
}

/** Something of a segment's story. All times are seconds after the segment's beginning. */
export type Line = Saying | Act;

/** Something that somebody said. */
export interface Saying {
  kind: "saying";
  id: string;
  at: number;
  until: number;
  number: number;
  name: string;
  text: string;
  words: readonly Word[];
}

/** Something that somebody did. */
export interface Act {
  kind: "act";
  id: string;
  at: number;
  until: number;
  action: Done["action"];
  /** Null for what the meeting's owner wrote. */
  who: { id: string; number: number; name: string; isBot: boolean } | null;
  text: string | null;
}

/** A time in which somebody spoke. */
export interface Stretch {
  number: number;
  name: string;
  at: number;
  until: number;
}

/** What happened during a segment, in the order of time, as far as it was read. */
export interface Story {
  /** The names of those who were there when it began. */
  present: readonly string[];
  lines: readonly Line[];
  stretches: readonly Stretch[];
  /** Whether all was read. */
  whole: boolean;
}

export const noStory: Story = { present: [], lines: [], stretches: [], whole: false };

/** Who speaks when, and who is there at first, are lists of their own: the lines leave them out. */
const isLine = ({ action, offsetSeconds }: Done) => action !== "SPEECH_ON" && action !== "SPEECH_OFF" && !(action === "JOIN" && offsetSeconds === 0);

/** Reads the story of a segment and tells it anew with each page. */
export async function readStory(api: Client, segment: Segment, signal: AbortSignal, tell: (story: Story) => void): Promise<void> {
  const variables = { segmentId: segment.id };
  let [sayings, acts, stretches, present]: [Saying[], Act[], Stretch[], string[]] = [[], [], [], []];
  const told = (whole: boolean) => tell({ present, lines: [...acts, ...sayings].sort((a, b) => a.at - b.at), stretches, whole });
  const asSegment = <Node extends { __typename: string }>(node: Node | null) => (node?.__typename === "Segment" ? (node as Extract<Node, { __typename: "Segment" }>) : null);
  await Promise.all([
    readPages(api, HeardDocument, variables, ({ node }) => asSegment(node)?.transcript, (rows: readonly Heard[]) => {
      sayings = sayings.concat(rows.map((row) => sayingOf(row, segment)));
      told(false);
    }, signal),
    readPages(api, DoneDocument, variables, ({ node }) => asSegment(node)?.participantEvents, (rows: readonly Done[]) => {
      acts = acts.concat(rows.filter(isLine).map((row, i) => actOf(row, `act ${acts.length + i}`)));
      present = present.concat(rows.filter(({ action, offsetSeconds }) => action === "JOIN" && offsetSeconds === 0).map(({ participant }) => participant?.name ?? ""));
      told(false);
    }, signal),
    readPages(api, SpokenDocument, variables, ({ node }) => asSegment(node)?.speakerTimeline, (rows: readonly Spoken[]) => {
      stretches = stretches.concat(rows.map(stretchOf));
      told(false);
    }, signal),
  ]);
  if (!signal.aborted) told(true);
}

function sayingOf({ id, number, name, text, failure, startedAt, endedAt, words }: Heard, { startedAt: began }: Segment): Saying {
  const said = words.map((word) => ({ text: word.text, from: between(began, word.from), to: between(began, word.to) }));
  return { kind: "saying", id, at: between(began, startedAt), until: between(began, endedAt), number, name, text: failure ?? text, words: failure === null ? said : [] };
}

function actOf({ action, participant, offsetSeconds, text }: Done, id: string): Act {
  return { kind: "act", id, at: offsetSeconds, until: offsetSeconds, action, who: participant, text };
}

function stretchOf({ participant: { number, name }, offsetSeconds, durationSeconds }: Spoken): Stretch {
  return { number, name, at: offsetSeconds, until: offsetSeconds + durationSeconds };
}

const did: Record<Done["action"], string> = {
  JOIN: "came in",
  LEAVE: "left the room",
  UPDATE: "has another name or role",
  SPEECH_ON: "began to speak",
  SPEECH_OFF: "stopped speaking",
  WEBCAM_ON: "turned the camera on",
  WEBCAM_OFF: "turned the camera off",
  SCREENSHARE_ON: "began to share the screen",
  SCREENSHARE_OFF: "stopped sharing the screen",
  CHAT_MESSAGE: "wrote",
};

/** What somebody did, in words that follow the name. */
export function wordsOf({ action, text }: Act): string {
  return action === "CHAT_MESSAGE" ? `${did[action]}: ${text ?? ""}` : did[action];
}

/** The index of the last line that began by a moment; -1 when none did. */
export function lineAt(lines: readonly { at: number }[], moment: number): number {
  let [low, high] = [0, lines.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lines[middle]?.at ?? Infinity) <= moment) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
