import type { Participant, Room } from "../meeting/state";
import type { Places } from "./placed";

/** A room as it is shown: with who is in it and who is expected. */
export interface Shown {
  room: Room;
  people: readonly Participant[];
  expected: readonly Participant[];
}

const none: readonly Participant[] = [];

/** The rooms to show: all, or those that have a text in their names, whole, and those where people have it in theirs, with these alone. */
export function found(rooms: readonly Room[], { inside, expected }: Places, wanted: string): readonly Shown[] {
  const all = rooms.map((room) => ({ room, people: inside.get(room.id) ?? none, expected: expected.get(room.id) ?? none }));
  if (wanted === "") return all;
  return all.flatMap((shown) => {
    if (has(shown.room.name, wanted)) return shown;
    const [people, later] = [shown.people, shown.expected].map((list) => list.filter((who) => has(who.name, wanted))) as [Participant[], Participant[]];
    return people.length + later.length > 0 ? { room: shown.room, people, expected: later } : [];
  });
}

function has(name: string, wanted: string): boolean {
  return name.toLowerCase().includes(wanted);
}
