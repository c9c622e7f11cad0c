import type { Bot, Participant, Room } from "../meeting/state";
import { count } from "../ui/words";
import { BotChip } from "./BotChip";
import { roomStyle } from "./hue";
import { Person } from "./Person";
import styles from "./RoomCard.module.css";

interface Props {
  room: Room;
  people: readonly Participant[];
  /** The bots, by the participants that they are. */
  botOf: ReadonlyMap<string | null, Bot>;
  /** The ids of the bots that record the room. */
  recordedBy: readonly string[];
}

/** A room and who is in it. */
export function RoomCard({ room, people, botOf, recordedBy }: Props) {
  const guests = people.filter((who) => !who.isBot);
  const bots = people.filter((who) => who.isBot);
  return (
    <section
      className={styles.card}
      style={roomStyle(room.ordinal)}
      data-kind={room.kind}
      data-state={room.state}
      aria-label={`${room.name}, ${count(guests.length, "person", "people")}, ${count(bots.length, "bot")}`}
    >
      <header className={styles.header}>
        <span className={styles.dot} />
        <h3>{room.name}</h3>
        {/* The header of the meeting tells everybody that all rooms close: here the name needs the place. */}
        {room.state !== "OPEN" && <span className={room.state === "CLOSING" ? "heard" : styles.state}>{room.state.toLowerCase()}</span>}
        {recordedBy.length > 0 && <span className={styles.recording}>rec</span>}
        <span className={styles.count} aria-hidden="true">
          {people.length}
        </span>
      </header>
      {guests.length > 0 && (
        <ul className={styles.people}>
          {guests.map((who) => (
            <Person key={who.id} who={who} />
          ))}
        </ul>
      )}
      {bots.length > 0 && (
        <ul className={styles.people}>
          {bots.map((who) => {
            const bot = botOf.get(who.id) ?? null;
            return <BotChip key={who.id} name={who.name} flip={who.id} bot={bot} recording={bot !== null && recordedBy.includes(bot.id)} />;
          })}
        </ul>
      )}
      {people.length === 0 && <p className={styles.nobody}>{room.state === "OPEN" ? "Nobody is here" : "Empty"}</p>}
    </section>
  );
}
