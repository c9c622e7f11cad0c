import type { Bot, Meeting, Participant } from "../meeting/state";

/** Who is in each room, and who is expected there, by the rooms' ids. */
export interface Places {
  inside: ReadonlyMap<string, readonly Participant[]>;
  expected: ReadonlyMap<string, readonly Participant[]>;
}

/** People first, by their numbers, and bots after them: everybody has a steady place. */
export function placed(participants: Iterable<Participant>): Places {
  const inside = new Map<string, Participant[]>();
  const expected = new Map<string, Participant[]>();
  for (const who of participants) {
    if (who.roomId === null) continue;
    put(inside, who.roomId, who);
    if (who.assignedRoomId !== null && who.assignedRoomId !== who.roomId) put(expected, who.assignedRoomId, who);
  }
  for (const lists of [inside, expected])
    for (const there of lists.values()) there.sort((a, b) => Number(a.isBot) - Number(b.isBot) || a.number - b.number);
  return { inside, expected };
}

function put(lists: Map<string, Participant[]>, roomId: string, who: Participant): void {
  const there = lists.get(roomId);
  if (there) there.push(who);
  else lists.set(roomId, [who]);
}

/** A bot can be told its room by id: people know rooms by name. */
export function withRoomName(bot: Bot, rooms: Meeting["rooms"]): Bot {
  const room = bot.roomWanted === null ? undefined : rooms.get(bot.roomWanted);
  return room ? { ...bot, roomWanted: room.name } : bot;
}

export function isOutside(bot: Bot, participants: Meeting["participants"]): boolean {
  return bot.participantId === null || participants.get(bot.participantId)?.roomId == null;
}
