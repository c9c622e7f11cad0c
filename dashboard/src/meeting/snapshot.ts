import type { Client } from "@urql/core";
import { ask } from "../api/ask";
import { MeetingDocument, SegmentsDocument, type BotPartsFragment, type MeetingQuery, type SegmentsQuery } from "../gql/documents";
import type { Bot, Meeting, Participant, Segment } from "./state";

type Row = NonNullable<MeetingQuery["meeting"]>;

/** A meeting as it was at its cursor, or a little later: events after the cursor lead on from it. */
export interface Snapshot {
  meeting: Meeting;
  cursor: string;
}

/** Reads a meeting with all pages of its lists; null when there is none. What the first pages say is told before the others are read. */
export async function readMeeting(api: Client, id: string, onBegun: (meeting: Meeting) => void): Promise<Snapshot | null> {
  const pages = await readPages(api, id, (first) => onBegun(meetingOf(first, [first], [])));
  const first = pages[0];
  if (!first) return null;
  // Recordings are asked for when the cursor is known: the fields of one request are read at the same time.
  const segments = await readSegments(api, id);
  return { meeting: meetingOf(first, pages, segments), cursor: first.cursor };
}

function meetingOf(first: Row, pages: readonly Row[], segments: readonly Segment[]): Meeting {
  const bots = new Map(pages.flatMap((page) => page.bots?.nodes ?? []).map((bot) => [bot.id, botOf(bot)]));
  const participants = pages.flatMap((page) => page.participants?.nodes ?? []);
  for (const { id: participantId, bot } of participants) {
    const known = bot && bots.get(bot.id);
    if (known) known.participantId = participantId;
  }
  return {
    id: first.id,
    title: first.title,
    createdAt: first.createdAt,
    endedAt: first.endedAt,
    round: first.round,
    rooms: new Map(pages.flatMap((page) => page.rooms?.nodes ?? []).map((room) => [room.id, room])),
    participants: new Map(participants.map((row) => [row.id, participantOf(row)])),
    bots,
    segments: new Map(segments.map((segment) => [segment.id, segment])),
  };
}

function participantOf({ room, assignedRoom, waitingSince, help, ...who }: NonNullable<Row["participants"]>["nodes"][number]): Participant {
  return { ...who, roomId: room?.id ?? null, assignedRoomId: assignedRoom?.id ?? null, waits: waitingSince !== null, needsHelp: help === "REQUESTED" };
}

async function readPages(api: Client, id: string, onFirst: (page: Row) => void): Promise<Row[]> {
  const pages: Row[] = [];
  for (;;) {
    const last = pages.at(-1);
    const { meeting } = await ask(api, MeetingDocument, {
      id,
      withRooms: last?.rooms?.pageInfo.hasNextPage ?? !last,
      rooms: last?.rooms?.pageInfo.endCursor,
      withParticipants: last?.participants?.pageInfo.hasNextPage ?? !last,
      participants: last?.participants?.pageInfo.endCursor,
      withBots: last?.bots?.pageInfo.hasNextPage ?? !last,
      bots: last?.bots?.pageInfo.endCursor,
    });
    if (!meeting) return pages;
    pages.push(meeting);
    if (!last) onFirst(meeting);
    const lists = [meeting.rooms, meeting.participants, meeting.bots];
    if (!lists.some((list) => list?.pageInfo.hasNextPage)) return pages;
  }
}

async function readSegments(api: Client, meetingId: string): Promise<Segment[]> {
  const read: Segment[] = [];
  for (let after: string | null = null; ; ) {
    const { segments }: SegmentsQuery = await ask(api, SegmentsDocument, { meetingId, after });
    for (const { bot, room, ...rest } of segments.nodes)
      read.push({ ...rest, botId: bot.id, botName: bot.name, roomId: room.id, roomName: room.name });
    if (!segments.pageInfo.hasNextPage) return read;
    after = segments.pageInfo.endCursor;
  }
}

export function botOf(row: BotPartsFragment): Bot {
  return {
    id: row.id,
    name: row.name,
    mode: row.mode,
    roomWanted: row.roomWanted,
    statusCode: row.statusCode,
    statusSubCode: row.statusSubCode,
    participantId: null,
  };
}
