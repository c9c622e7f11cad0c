import type { Client } from "@urql/core";
import { order, orderOnce, type Refusal } from "../api/order";
import { AssignDocument, MoveBotDocument, MoveParticipantDocument, UnassignDocument } from "../gql/documents";
import type { Meeting, Participant, Room } from "../meeting/state";

/** Sends people and bots to a room, or says that they belong there while rooms are not open. Returns what was refused. */
export async function place(api: Client, meeting: Meeting, ids: readonly string[], room: Room): Promise<readonly Refusal[]> {
  const open = isOpen(meeting);
  const whom = ids.flatMap((id) => meeting.participants.get(id) ?? []).filter((who) => !isThere(who, room, open));
  const bots = open ? whom.flatMap((who) => botOf(meeting, who) ?? []) : [];
  const people = whom.filter((who) => !bots.some((bot) => bot.participantId === who.id)).map((who) => who.id);
  const roomId = room.kind === "MAIN" ? meeting.id : room.id;
  const orders = bots.map((bot) => order(api, MoveBotDocument, { input: { botId: bot.id, roomId } }));
  const done = [...(await Promise.all(orders)).flatMap(({ refusals }) => refusals)];
  if (people.length > 0) done.push(...(await placePeople(api, meeting, people, room)));
  return done;
}

async function placePeople(api: Client, meeting: Meeting, participantIds: string[], room: Room): Promise<readonly Refusal[]> {
  if (room.kind === "BREAKOUT") return (await orderOnce(api, AssignDocument, { meetingId: meeting.id, roomId: room.id, participantIds })).refusals;
  if (!isOpen(meeting)) return (await orderOnce(api, UnassignDocument, { meetingId: meeting.id, participantIds })).refusals;
  const orders = participantIds.map((participantId) => orderOnce(api, MoveParticipantDocument, { participantId, roomId: room.id }));
  return (await Promise.all(orders)).flatMap(({ refusals }) => refusals);
}

/** Whether people can be in breakout rooms now. */
export function isOpen({ round }: Meeting): boolean {
  return round?.state === "OPEN" || round?.state === "CLOSING";
}

/** Whether nothing is to be done for somebody to be in a room. */
function isThere(who: Participant, room: Room, open: boolean): boolean {
  if (open) return who.roomId === room.id;
  return who.assignedRoomId === (room.kind === "MAIN" ? null : room.id);
}

function botOf(meeting: Meeting, who: Participant) {
  return who.isBot ? [...meeting.bots.values()].find((bot) => bot.participantId === who.id && bot.statusCode !== "done") : undefined;
}
