// What the page knows of a meeting. The words are those of the API; the types
// of its answers are generated, and these name the parts of them.
import type { BotMode, MeetingEventsSubscription, Role, RoomKind, RoomState, RoundState, SegmentState } from "../gql/documents";

/** One event, as the subscription brings it. */
export type MeetingEvent = MeetingEventsSubscription["meetingEvents"];

export interface Round {
  ordinal: number;
  state: RoundState;
  /** When the rooms opened. */
  openedAt: string | null;
  endsAt: string | null;
  closesAt: string | null;
}

export interface Room {
  id: string;
  kind: RoomKind;
  ordinal: number;
  name: string;
  state: RoomState;
  /** When a countdown of its own closes it. */
  closesAt: string | null;
}

export interface Participant {
  id: string;
  number: number;
  name: string;
  role: Role;
  isBot: boolean;
  /** The room that it is in now; null when it is not in the meeting. */
  roomId: string | null;
  /** The room where it should be while rooms are open. */
  assignedRoomId: string | null;
  /** Whether it waits to be let in. */
  waits: boolean;
  /** Whether it asked for help and has no answer yet. */
  needsHelp: boolean;
  /** What it sends and shows; null until the server has told. */
  media: Media | null;
}

export interface Media {
  microphone: boolean;
  camera: boolean;
  screen: boolean;
  hand: boolean;
}

export interface Bot {
  id: string;
  name: string;
  /** Null until the server has told: no event says it. */
  mode: BotMode | null;
  roomWanted: string | null;
  statusCode: string;
  statusSubCode: string | null;
  /** The participant that it is; null before it has joined. */
  participantId: string | null;
}

export interface Segment {
  id: string;
  botId: string;
  botName: string;
  roomId: string;
  roomName: string;
  state: SegmentState;
  startedAt: string;
  endedAt: string | null;
}

export interface Meeting {
  id: string;
  title: string;
  createdAt: string;
  endedAt: string | null;
  round: Round | null;
  rooms: ReadonlyMap<string, Room>;
  participants: ReadonlyMap<string, Participant>;
  bots: ReadonlyMap<string, Bot>;
  segments: ReadonlyMap<string, Segment>;
}
