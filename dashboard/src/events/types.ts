import type { EventType } from "../gql/documents";

/** What every type of event is about. */
const subjects: Record<EventType, string> = {
  MEETING_CREATED: "Meeting",
  MEETING_ENDED: "Meeting",
  ROUND_PREPARED: "Rounds",
  ROUND_OPENED: "Rounds",
  ROUND_CLOSING: "Rounds",
  ROUND_CLOSED: "Rounds",
  ROOM_CREATED: "Rooms",
  ROOM_OPENED: "Rooms",
  ROOM_CLOSED: "Rooms",
  PARTICIPANT_JOINED: "People",
  PARTICIPANT_LEFT: "People",
  PARTICIPANT_WAITING: "People",
  PARTICIPANT_ADMITTED: "People",
  PARTICIPANT_DENIED: "People",
  PARTICIPANT_LEFT_WAITING_ROOM: "People",
  PARTICIPANT_ENTERED_ROOM: "People",
  PARTICIPANT_LEFT_ROOM: "People",
  PARTICIPANT_ASSIGNED: "People",
  INVITATION_SENT: "People",
  INVITATION_RESOLVED: "People",
  OPTIONS_CHANGED: "Meeting",
  PLAN_SAVED: "Meeting",
  PLAN_DELETED: "Meeting",
  PLAN_APPLIED: "Meeting",
  MESSAGE_BROADCAST: "In the rooms",
  ROUND_EXTENDED: "Rounds",
  ROUND_TIME_UP: "Rounds",
  ROOM_RENAMED: "Rooms",
  ROOM_DELETED: "Rooms",
  ROOM_CLOSING: "Rooms",
  PARTICIPANT_RENAMED: "People",
  PARTICIPANT_ROLE_CHANGED: "People",
  CAPABILITIES_CHANGED: "People",
  HELP_REQUESTED: "People",
  HELP_ANSWERED: "People",
  PRESET_SAVED: "Meeting",
  PRESET_DELETED: "Meeting",
  PRESET_GIVEN: "Meeting",
  RECORDING_ALLOWED: "Recording",
  POLL_STARTED: "In the rooms",
  POLL_ANSWERED: "In the rooms",
  POLL_ENDED: "In the rooms",
  CHAT_SENT: "In the rooms",
  MEDIA_CHANGED: "In the rooms",
  RECORDING_REQUESTED: "Recording",
  RECORDING_CHANGED: "Recording",
  BROADCAST_STARTED: "In the rooms",
  BROADCAST_STOPPED: "In the rooms",
  BOT_CREATED: "Bots",
  BOT_UPDATED: "Bots",
  BOT_STATUS_CHANGED: "Bots",
  BOT_MOVE_STARTED: "Bots",
  BOT_MOVE_ENDED: "Bots",
  BOT_SPEECH_STARTED: "Bots",
  BOT_SPEECH_ENDED: "Bots",
  BOT_NOTICE_REFUSED: "Bots",
  BOT_CONNECTION_LOST: "Bots",
  BOT_CONNECTION_RESTORED: "Bots",
  RECORDING_GAP: "Recording",
  COVERAGE_SET: "Bots",
  REALTIME_ENDPOINT_CHANGED: "Deliveries",
  WEBHOOK_ENDPOINT_DISABLED: "Deliveries",
  SEGMENT_STARTED: "Recording",
  SEGMENT_COMPLETED: "Recording",
  SEGMENT_DELETED: "Recording",
  SEGMENT_ERASED: "Recording",
  LISTENING_STARTED: "Listeners",
  LISTENING_STOPPED: "Listeners",
};

/** All types of events, in the order of the API. */
export const eventTypes = Object.keys(subjects) as EventType[];

/** The types of events by what they are about. */
export const eventSubjects: readonly (readonly [string, readonly EventType[]])[] = [...Map.groupBy(eventTypes, (type) => subjects[type])];

/** The types that a list in an address names; what is none is left out. */
export function typesIn(list: string | null): EventType[] {
  return (list ?? "").split(",").filter((name): name is EventType => name in subjects);
}
