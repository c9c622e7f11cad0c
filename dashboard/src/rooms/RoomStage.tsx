import { useMemo } from "react";
import type { Bot, Meeting, Participant, Room } from "../meeting/state";
import { BotChip } from "./BotChip";
import { Flip } from "./Flip";
import { roomStyle } from "./hue";
import { RoomCard } from "./RoomCard";
import styles from "./RoomStage.module.css";

/** Who is where, now. */
export function RoomStage({ meeting }: { meeting: Meeting }) {
  const { participants, bots, segments, rooms } = meeting;
  const placed = useMemo(() => byRoom(participants.values()), [participants]);
  const named = useMemo(() => [...bots.values()].map((bot) => withRoomName(bot, rooms)), [bots, rooms]);
  const botOf = useMemo(() => new Map(named.map((bot) => [bot.participantId, bot])), [named]);
  const recordings = useMemo(() => [...segments.values()].filter((segment) => segment.state === "RECORDING"), [segments]);
  const sorted = useMemo(() => [...rooms.values()].sort((a, b) => a.ordinal - b.ordinal), [rooms]);
  if (meeting.endedAt !== null && placed.size === 0) return <Afterwards rooms={sorted} bots={named} />;
  const outside = named.filter((bot) => isOutside(bot, participants));
  return (
    <Flip on={meeting} className={styles.stage}>
      {outside.length > 0 && <Outside bots={outside} />}
      {sorted.map((room) => (
        <RoomCard
          key={room.id}
          room={room}
          people={placed.get(room.id) ?? none}
          botOf={botOf}
          recordedBy={recordings.filter((segment) => segment.roomId === room.id).map((segment) => segment.botId)}
        />
      ))}
      {sorted.length < 2 && meeting.endedAt === null && (
        <p className={styles.hint}>
          No breakout rooms yet. The host adds them; through the API it is <code>createRooms</code>.
        </p>
      )}
    </Flip>
  );
}

const none: readonly Participant[] = [];

/** People first, by their numbers, and bots after them: everybody has a steady place. */
function byRoom(participants: Iterable<Participant>): Map<string, Participant[]> {
  const placed = new Map<string, Participant[]>();
  for (const who of participants) {
    if (who.roomId === null) continue;
    const there = placed.get(who.roomId) ?? [];
    there.push(who);
    placed.set(who.roomId, there);
  }
  for (const there of placed.values()) there.sort((a, b) => Number(a.isBot) - Number(b.isBot) || a.number - b.number);
  return placed;
}

/** A bot can be told its room by id: people know rooms by name. */
function withRoomName(bot: Bot, rooms: Meeting["rooms"]): Bot {
  const room = bot.roomWanted === null ? undefined : rooms.get(bot.roomWanted);
  return room ? { ...bot, roomWanted: room.name } : bot;
}

function isOutside(bot: Bot, participants: Meeting["participants"]): boolean {
  return bot.participantId === null || participants.get(bot.participantId)?.roomId == null;
}

/** What there was, when the meeting is over and everybody has left. */
function Afterwards({ rooms, bots }: { rooms: readonly Room[]; bots: readonly Bot[] }) {
  const failed = bots.filter((bot) => bot.statusCode === "fatal");
  return (
    <div className={styles.stage}>
      <div className={styles.afterwards}>
        <p>The meeting is over and everybody has left. These were its rooms:</p>
        <ul>
          {rooms.map((room) => (
            <li key={room.id} style={roomStyle(room.ordinal)}>
              {room.name}
            </li>
          ))}
        </ul>
      </div>
      {failed.length > 0 && <Outside bots={failed} />}
    </div>
  );
}

/** The bots that are not in the meeting: on their way, finished or failed. */
function Outside({ bots }: { bots: readonly Bot[] }) {
  return (
    <div className={styles.outside}>
      <h3>Not in the meeting</h3>
      <ul>
        {bots.map((bot) => (
          <BotChip key={bot.id} name={bot.name} bot={bot} flip={bot.participantId ?? bot.id} recording={false} />
        ))}
      </ul>
    </div>
  );
}
