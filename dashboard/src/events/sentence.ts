import type { MeetingEvent } from "../meeting/state";
import { between, span } from "../ui/time";
import { words } from "../ui/words";

type Event<Name extends MeetingEvent["__typename"]> = MeetingEvent & { __typename: Name };

/** What happened, in a sentence whose names stand in **stars**. */
export function sentence(event: MeetingEvent): string {
  switch (event.__typename) {
    case "MeetingEvent":
      return event.type === "MEETING_ENDED" ? "The meeting ended" : `The meeting ${name(event.title)} began`;
    case "RoundEvent":
      return ofRound(event);
    case "RoomEvent":
      return ofRoom(event);
    case "OptionsEvent":
      return "The options were changed";
    case "PlanEvent":
      return `The plan ${name(event.plan)} was ${event.type === "PLAN_SAVED" ? "saved" : event.type === "PLAN_DELETED" ? "deleted" : "applied"}`;
    case "BroadcastEvent":
      return `${event.participant ? who(event) : "The owner"} says to the rooms: ${event.text.replaceAll("**", "")}`;
    case "RoleEvent":
      return ofRole(event);
    case "HelpEvent":
      return ofHelp(event);
    case "PresetEvent":
      return ofPreset(event);
    case "MediaEvent":
      return `${who(event)} ${shows(event)}`;
    case "RecordingEvent":
      return ofRecording(event);
    case "ChatEvent":
      return `${event.participant ? who(event) : "The owner"} writes in ${room(event)}${event.to ? ` to ${name(event.to.name)}` : ""}: ${event.chat.replaceAll("**", "")}`;
    case "PollEvent":
      return ofPoll(event);
    case "MediaBroadcastEvent":
      return `The ${words(event.broadcastKind)} of ${who(event)} goes to rooms${event.type === "BROADCAST_STARTED" ? "" : " no longer"}`;
    case "ParticipantEvent":
      return ofParticipant(event);
    case "PresenceEvent":
      return event.type === "PARTICIPANT_ENTERED_ROOM" ? `${who(event)} entered ${room(event)}` : `${who(event)} left ${room(event)}${because(event.cause)}`;
    case "AssignmentEvent":
      return event.room ? `${who(event)} is assigned to ${room(event)}` : `${who(event)} is assigned to no room`;
    case "InvitationEvent":
      return ofInvitation(event);
    case "BotEvent":
      return ofBot(event);
    case "BotMoveEvent":
      return ofMove(event);
    case "BotConnectionEvent":
      return ofConnection(event);
    case "RecordingGapEvent":
      return `${name(event.bot?.name)} recorded nothing for ${seconds(event.from, event.gapTo)} s from ${room(event)} on${unrecorded[event.gapCause]}`;
    case "BotSpeechEvent":
      return ofSpeech(event);
    case "RealtimeEndpointEvent":
      return ofEndpoint(event);
    case "WebhookEndpointEvent":
      return `Webhook endpoint ${event.endpointId} is disabled: ${event.disableMessage}`;
    case "ListeningEvent":
      return `Listener **${event.listener}** ${event.type === "LISTENING_STARTED" ? "listens in on" : "listens no more to"} ${room(event)}${because(event.cause)}`;
    case "CoverageEvent":
      return event.policy ? `Up to ${event.policy.maxBots} bots cover the rooms` : "Bots cover the rooms no longer";
    case "SegmentEvent":
      return ofSegment(event);
    default: // an event that a newer server knows
      return words((event as MeetingEvent).type);
  }
}

/** The sentence without its stars. */
export function plain(text: string): string {
  return text.replaceAll("**", "");
}

function name(text: string | null | undefined): string {
  return `**${(text ?? "somebody").replaceAll("**", "")}**`;
}

function who(event: MeetingEvent): string {
  return name(event.participant?.name);
}

function room(event: MeetingEvent): string {
  return name(event.room?.name);
}

function joined(event: MeetingEvent): string {
  const as = { HOST: " as host", COHOST: " as co-host", PARTICIPANT: event.participant?.isBot ? " as a bot" : "" };
  return `${who(event)} joined${as[event.participant?.role ?? "PARTICIPANT"]}`;
}

const unrecorded = {
  CONNECTION_LOST: ": its connection was lost",
  PROCESS_ENDED: ": its process had ended",
  PERMISSION_REVOKED: ": a host took back that it may record",
};

function ofParticipant(event: Event<"ParticipantEvent">): string {
  switch (event.type) {
    case "PARTICIPANT_JOINED":
      return joined(event);
    case "PARTICIPANT_WAITING":
      return `${who(event)} waits to be let in`;
    case "PARTICIPANT_ADMITTED":
      return `${who(event)} was let in`;
    case "PARTICIPANT_DENIED":
      return `${who(event)} was turned away`;
    case "PARTICIPANT_LEFT_WAITING_ROOM":
      return `${who(event)} waits no longer${because(event.cause)}`;
    default:
      return `${who(event)} left the meeting${because(event.cause)}`;
  }
}

function because(cause: string | null): string {
  // By choice, or to go where the next event says: there is nothing to add.
  if (cause === null || ["LEFT", "MOVED", "RETURNED", "ROUND_CLOSED", "ROOM_CLOSED"].includes(cause)) return "";
  return `: ${words(cause)}`;
}

function ofRound(event: Event<"RoundEvent">): string {
  const round = `Round ${event.round}`;
  switch (event.roundState) {
    case "EDIT":
      return `${round} is being prepared`;
    case "OPEN":
      return ofOpenRound(round, event);
    case "CLOSING":
      return `${round} is closing${event.closesAt === null ? "" : ` in ${Math.round(between(event.at, event.closesAt))} s`}`;
    case "CLOSED":
      return `${round} closed${event.closeCause === null || event.closeCause === "HOST" ? "" : `: ${words(event.closeCause)}`}`;
  }
}

function ofOpenRound(round: string, event: Event<"RoundEvent">): string {
  if (event.type === "ROUND_TIME_UP") return `The time of ${round.toLowerCase()} is up`;
  const lasts = event.endsAt === null ? "" : ` for ${span(between(event.at, event.endsAt))}`;
  return event.type === "ROUND_EXTENDED" ? `${round} goes on${lasts}` : `${round} opened${lasts}`;
}

function ofRoom(event: Event<"RoomEvent">): string {
  switch (event.roomState) {
    case null:
      return `${name(event.previousName)} is called ${room(event)} now`;
    case "PREPARED":
      return `${room(event)} was added`;
    case "OPEN":
      return `${room(event)} ${event.type === "ROOM_CREATED" ? "was added" : "opened"}`;
    case "CLOSING":
      return `${room(event)} is closing${event.roomClosesAt === null ? "" : ` in ${Math.round(between(event.at, event.roomClosesAt))} s`}`;
    case "CLOSED":
      return `${room(event)} closed`;
    case "DELETED":
      return `${room(event)} was deleted`;
  }
}

function ofRole(event: Event<"RoleEvent">): string {
  if (event.previousName !== null) return `${name(event.previousName)} is called ${who(event)} now`;
  if (event.previousRole === null) return `What ${who(event)} may do has changed`;
  const role = { HOST: "host", COHOST: "co-host", PARTICIPANT: "a participant" };
  return `${who(event)} is ${role[event.participant?.role ?? "PARTICIPANT"]} now`;
}

function ofHelp(event: Event<"HelpEvent">): string {
  switch (event.helpOutcome) {
    case "REQUESTED":
      return `${who(event)} asks for help in ${room(event)}`;
    case "JOINED":
      return `A host came to help ${who(event)} in ${room(event)}`;
    case "LATER":
      return `A host will help ${who(event)} later`;
    case "BUSY":
      return `The hosts are too busy to help ${who(event)}`;
    case "ALREADY_THERE":
      return `A host is with ${who(event)} in ${room(event)} already`;
    case "CANCELLED":
      return `${who(event)} needs no help any more`;
  }
}

function ofPreset(event: Event<"PresetEvent">): string {
  if (event.type === "PRESET_GIVEN") return event.preset === "" ? `${who(event)} has no preset any more` : `${who(event)} was given the preset ${name(event.preset)}`;
  return `The preset ${name(event.preset)} was ${event.type === "PRESET_SAVED" ? "saved" : "deleted"}`;
}

/** What somebody sends and shows, as the end of a sentence. */
function shows({ media }: Event<"MediaEvent">): string {
  const on = [media.camera && "seen", media.screen && "sharing a screen", media.hand && "raising a hand"].filter(Boolean);
  return [`is ${media.microphone ? "heard" : "muted"}`, ...on].join(", ");
}

function ofRecording(event: Event<"RecordingEvent">): string {
  const whom = event.participant ? who(event) : `Everybody in ${room(event)}`;
  if (event.type === "RECORDING_REQUESTED") return `${whom} asks to record ${room(event)}`;
  if (event.allowed !== null) return `${whom} may ${event.allowed ? "record" : "record no longer"}`;
  switch (event.recordingState) {
    case "RECORDING":
      return `${whom} records ${room(event)}`;
    case "PAUSED":
      return `${whom} paused recording`;
    case "LOST":
      return `The recording of ${whom} was cut off, and may be lost`;
    default:
      return `${whom} stopped recording`;
  }
}

function ofPoll(event: Event<"PollEvent">): string {
  if (event.question !== null) return `${event.participant ? who(event) : "The owner"} asks ${room(event)}: ${event.question.replaceAll("**", "")}`;
  return event.votes === null ? `${who(event)} voted in ${room(event)}` : `The votes in ${room(event)} were counted: ${event.votes.join(", ")}`;
}

function ofInvitation(event: Event<"InvitationEvent">): string {
  if (event.outcome === null)
    return event.kind === "RETURN" ? `${who(event)} was asked back to ${room(event)}` : `${who(event)} was invited to ${room(event)}`;
  switch (event.outcome) {
    case "ACCEPTED":
      return `${who(event)} accepted the invitation to ${room(event)}`;
    case "DECLINED":
      return `${who(event)} declined the invitation to ${room(event)}`;
    default:
      return `The invitation of ${who(event)} to ${room(event)} was ${words(event.outcome)}`;
  }
}

function ofBot(event: Event<"BotEvent">): string {
  const bot = name(event.bot?.name);
  const why = event.message ?? (event.subCode === null ? null : words(event.subCode));
  const tail = why === null ? "" : `: ${why}`;
  if (event.type === "BOT_NOTICE_REFUSED") return `${bot} may not write its notice in ${room(event)}${tail}`;
  switch (event.code) {
    case null:
      return event.type === "BOT_UPDATED" ? `What ${bot} is to do was changed` : `${bot} was sent`;
    case "scheduled":
      return `${bot} waits for its time to join`;
    case "ready":
      return `${bot} is ready`;
    case "joining_call":
      return `${bot} is joining`;
    case "in_waiting_room":
      return `${bot} waits to be let in`;
    case "in_call_not_recording":
      return `${bot} is in the meeting`;
    case "recording_permission_allowed":
      return `${bot} may record`;
    case "recording_permission_denied":
      return `${bot} may not record${tail}`;
    case "in_call_recording":
      return `${bot} began to record`;
    case "breakout_room_entered":
      return `${bot} reports from ${room(event)}`;
    case "breakout_room_left":
      return `${bot} is done in ${room(event)}`;
    case "breakout_room_awaited":
      return `${bot} waits for ${event.room === null ? "its room" : room(event)}${tail}`;
    case "breakout_room_opened":
      return `${bot} sees that ${room(event)} opened`;
    case "breakout_room_closed":
      return `${bot} sees that ${room(event)} closed`;
    case "call_ended":
      return `${bot} left the meeting${tail}`;
    case "done":
      return `${bot} is done`;
    case "fatal":
      return `${bot} failed${tail}`;
    default: // the set is open
      return `${bot}: ${words(event.code)}${tail}`;
  }
}

function ofConnection(event: Event<"BotConnectionEvent">): string {
  const bot = name(event.bot?.name);
  if (event.type === "BOT_CONNECTION_LOST") return `${bot} lost its connection`;
  return event.rejoined ? `${bot} came back to the meeting` : `${bot} is connected again`;
}

/** How many seconds lie between two moments. */
function seconds(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 1000);
}

function ofMove(event: Event<"BotMoveEvent">): string {
  const bot = name(event.bot?.name);
  switch (event.moveOutcome) {
    case null:
      return `${bot} is sent to ${room(event)}`;
    case "MOVED":
      return `${bot} is in ${room(event)} as told`;
    case "REFUSED":
      return `${bot} could not go to ${room(event)}${event.message === null ? "" : `: ${event.message}`}`;
    case "TIMED_OUT":
      return `${bot} did not get to ${room(event)} in time`;
    case "SUPERSEDED":
      return `${bot} is told to go elsewhere than to ${room(event)}`;
  }
}

function ofSpeech(event: Event<"BotSpeechEvent">): string {
  const bot = name(event.bot?.name);
  switch (event.speechOutcome) {
    case null:
      return `${bot} speaks in ${room(event)}`;
    case "FINISHED":
      return `${bot} has spoken in ${room(event)}`;
    case "INTERRUPTED":
      return `${bot} was interrupted in ${room(event)}${event.message === null ? "" : `: ${event.message}`}`;
    case "SUPERSEDED":
      return `${bot} says something else in ${room(event)}`;
  }
}

function ofEndpoint(event: Event<"RealtimeEndpointEvent">): string {
  const bot = name(event.bot?.name);
  const missing = event.dropped === 0 ? "" : `; ${event.dropped} packets were dropped so far`;
  switch (event.endpointStatus) {
    case "CONNECTING":
      return `${bot} connects to its endpoint${event.message === null ? "" : `: ${event.message}`}${missing}`;
    case "RUNNING":
      return `${bot} sends to its endpoint${missing}`;
    case "FAILED":
      return `${bot} gave its endpoint up${event.message === null ? "" : `: ${event.message}`}${missing}`;
    case "DONE":
      return `${bot} is done with its endpoint${missing}`;
  }
}

function ofSegment(event: Event<"SegmentEvent">): string {
  const bot = name(event.bot?.name);
  if (event.type === "SEGMENT_STARTED") return `${bot} records ${room(event)}`;
  if (event.type === "SEGMENT_DELETED") return `${bot}’s recording of ${room(event)} was deleted${event.deletion === "EXPIRY" ? ": its time is over" : ""}`;
  if (event.type === "SEGMENT_ERASED") return `The files of ${bot}’s recording of ${room(event)} are gone`;
  return event.interrupted ? `${bot}’s recording of ${room(event)} was cut short` : `${bot}’s recording of ${room(event)} is complete`;
}
