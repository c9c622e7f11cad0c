import type { Bot, Meeting, MeetingEvent, Participant, Room, Segment } from "./state";

/** A meeting that is being changed: the maps are its own, what they hold is not. */
interface Draft extends Meeting {
  rooms: Map<string, Room>;
  participants: Map<string, Participant>;
  bots: Map<string, Bot>;
  segments: Map<string, Segment>;
}

/**
 * Folds events into a meeting. Events that the meeting holds already do no
 * harm: the lists are read after the cursor, so the first events after it may
 * tell what they say.
 */
export function reduce(meeting: Meeting, events: readonly MeetingEvent[]): Meeting {
  const draft: Draft = {
    ...meeting,
    rooms: new Map(meeting.rooms),
    participants: new Map(meeting.participants),
    bots: new Map(meeting.bots),
    segments: new Map(meeting.segments),
  };
  for (const event of events) apply(draft, event);
  return draft;
}

function apply(draft: Draft, event: MeetingEvent): void {
  meet(draft, event);
  switch (event.__typename) {
    case "MeetingEvent":
      if (event.type === "MEETING_ENDED") draft.endedAt = event.at;
      if (event.title !== null) draft.title = event.title;
      return;
    case "RoundEvent":
      draft.round = {
        ordinal: event.round,
        state: event.roundState,
        openedAt: event.type === "ROUND_OPENED" ? event.at : draft.round?.ordinal === event.round ? draft.round.openedAt : null,
        endsAt: event.endsAt,
        closesAt: event.closesAt,
      };
      if (event.roundState === "CLOSING") closing(draft);
      return;
    case "RoomEvent":
      if (event.room) changeRoom(draft, event.room, event);
      return;
    case "RoleEvent":
      if (event.participant) change(draft.participants, event.participant.id, { name: event.participant.name, role: event.participant.role });
      return;
    case "ParticipantEvent":
      if (event.participant) change(draft.participants, event.participant.id, coming[event.type] ?? {});
      return;
    case "MediaEvent":
      if (event.participant) change(draft.participants, event.participant.id, { media: event.media });
      return;
    case "PresenceEvent":
      move(draft, event);
      return;
    case "BotEvent":
      if (event.bot && event.type === "BOT_UPDATED") change(draft.bots, event.bot.id, { name: event.bot.name });
      if (event.bot && event.code !== null && !isStep(event.code))
        change(draft.bots, event.bot.id, { statusCode: event.code, statusSubCode: event.subCode });
      return;
    case "SegmentEvent":
      record(draft, event);
      return;
    case "AssignmentEvent":
      if (event.participant) change(draft.participants, event.participant.id, { assignedRoomId: event.room?.id ?? null });
      return;
    case "HelpEvent":
      if (event.participant) change(draft.participants, event.participant.id, { needsHelp: event.helpOutcome === "REQUESTED" });
      return;
    case "InvitationEvent":
    case "OptionsEvent":
    case "PlanEvent":
    case "BroadcastEvent":
    case "PresetEvent":
    case "RecordingEvent":
    case "ChatEvent":
    case "PollEvent":
    case "MediaBroadcastEvent":
    case "BotMoveEvent":
    case "BotSpeechEvent":
    case "BotConnectionEvent":
    case "RecordingGapEvent":
    case "RealtimeEndpointEvent":
    case "WebhookEndpointEvent":
    case "ListeningEvent":
    case "CoverageEvent":
      return;
  }
}

/** What coming and going means for somebody. Who comes back may come with other things on. */
const coming: Partial<Record<MeetingEvent["type"], Partial<Participant>>> = {
  PARTICIPANT_JOINED: { media: null, waits: false },
  PARTICIPANT_LEFT: { roomId: null, waits: false, needsHelp: false },
  PARTICIPANT_WAITING: { waits: true },
  PARTICIPANT_ADMITTED: { waits: false },
  PARTICIPANT_DENIED: { waits: false },
  PARTICIPANT_LEFT_WAITING_ROOM: { waits: false },
};

/** Puts down whom and what an event names for the first time. */
function meet(draft: Draft, { room, participant, bot }: MeetingEvent): void {
  if (room && !draft.rooms.has(room.id)) {
    const ordinal = room.kind === "MAIN" ? 0 : Math.max(0, ...[...draft.rooms.values()].map((r) => r.ordinal)) + 1;
    draft.rooms.set(room.id, { ...room, ordinal, state: "PREPARED", closesAt: null });
  }
  if (participant && !draft.participants.has(participant.id))
    draft.participants.set(participant.id, { ...participant, roomId: null, assignedRoomId: null, waits: false, needsHelp: false, media: null });
  if (!bot) return;
  const known = draft.bots.get(bot.id);
  const participantId = participant?.id ?? known?.participantId ?? null;
  if (!known) draft.bots.set(bot.id, { ...unknownBot, ...bot, participantId });
  else if (known.participantId !== participantId) draft.bots.set(bot.id, { ...known, participantId });
}

const unknownBot = { mode: null, roomWanted: null, statusCode: "ready", statusSubCode: null };

function change<T>(map: Map<string, T>, id: string, to: Partial<T>): void {
  const known = map.get(id);
  if (known) map.set(id, { ...known, ...to });
}

function changeRoom(draft: Draft, room: { id: string; name: string }, event: MeetingEvent & { __typename: "RoomEvent" }): void {
  if (event.roomState === "DELETED") draft.rooms.delete(room.id);
  else if (event.roomState === null) change(draft.rooms, room.id, { name: room.name });
  else change(draft.rooms, room.id, { state: event.roomState, closesAt: event.roomClosesAt });
}

/** The countdown has no event for each room: all that are open begin to close. */
function closing(draft: Draft): void {
  for (const room of draft.rooms.values())
    if (room.kind === "BREAKOUT" && room.state === "OPEN") change(draft.rooms, room.id, { state: "CLOSING" });
}

function move(draft: Draft, { type, participant, room }: MeetingEvent): void {
  if (!participant || !room) return;
  const entered = type === "PARTICIPANT_ENTERED_ROOM";
  if (entered || draft.participants.get(participant.id)?.roomId === room.id)
    change(draft.participants, participant.id, { roomId: entered ? room.id : null });
}

/** Entering, leaving and seeing rooms are steps that leave a bot's status as it is. */
function isStep(code: string): boolean {
  return code.startsWith("breakout_room_");
}

function record(draft: Draft, event: MeetingEvent & { __typename: "SegmentEvent" }): void {
  if (!event.room || !event.bot) return;
  const known = draft.segments.get(event.segmentId);
  const segment = known ?? {
    id: event.segmentId,
    botId: event.bot.id,
    botName: event.bot.name,
    roomId: event.room.id,
    roomName: event.room.name,
    state: "RECORDING" as const,
    startedAt: event.at,
    endedAt: null,
  };
  if (event.type === "SEGMENT_DELETED" || event.type === "SEGMENT_ERASED") {
    if (known) draft.segments.set(known.id, { ...known, state: "DELETED" });
    return;
  }
  if (event.type === "SEGMENT_STARTED") draft.segments.set(segment.id, segment);
  else draft.segments.set(segment.id, { ...segment, state: event.interrupted ? "INTERRUPTED" : "COMPLETED", endedAt: event.endedAt });
}
