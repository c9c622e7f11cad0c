import { memo } from "react";
import type { Refusal } from "../api/order";
import { RoomMenu } from "../host/RoomMenu";
import { ListenButton } from "../live/ListenButton";
import type { Bot, Participant, Room } from "../meeting/state";
import { Refusals } from "../ui/Refusals";
import { count } from "../ui/words";
import { Countdown } from "./Countdown";
import type { RoomCoverage } from "./coverage";
import { roomStyle } from "./hue";
import { People } from "./People";
import styles from "./RoomCard.module.css";

export interface RoomCardProps {
  room: Room;
  /** Who is in it, people first. */
  people: readonly Participant[];
  /** Who belongs into it and is elsewhere. */
  expected: readonly Participant[];
  /** The bots, by the participants that they are. */
  botOf: ReadonlyMap<string | null, Bot>;
  /** The ids of the bots that record the room. */
  recordedBy: readonly string[];
  coverage: RoomCoverage | null;
  /** What was refused of what was to be done here. */
  refusals: readonly Refusal[];
  clockAhead: number;
}

/** A room, who is in it, and who is expected. */
export const RoomCard = memo(function RoomCard({ room, people, expected, botOf, recordedBy, coverage, refusals, clockAhead }: RoomCardProps) {
  const bots = people.filter((who) => who.isBot).length;
  const label = `${room.name}, ${count(people.length - bots, "person", "people")}, ${count(bots, "bot")}`;
  return (
    <section className={styles.card} style={roomStyle(room.ordinal)} data-kind={room.kind} data-state={room.state} aria-label={label}>
      <header className={styles.header}>
        <span className={styles.dot} />
        <h3>{room.name}</h3>
        {/* The header of the meeting tells everybody that all rooms close: here the name needs the place. */}
        {room.state !== "OPEN" && <span className={room.state === "CLOSING" ? "heard" : styles.state}>{room.state.toLowerCase()}</span>}
        {room.closesAt !== null && room.state === "CLOSING" && <Countdown until={Date.parse(room.closesAt) + clockAhead} />}
        {recordedBy.length > 0 && <span className={styles.recording}>rec</span>}
        <span className={styles.count} aria-hidden="true">
          {people.length}
        </span>
        <ListenButton room={room} />
        <RoomMenu room={room} />
      </header>
      <People room={room} people={people} expected={expected} botOf={botOf} recordedBy={recordedBy} />
      <Refusals of={refusals} />
      {coverage && <Covered of={coverage} />}
    </section>
  );
}, sameCard);

/** How much of what happened in the room was recorded. */
function Covered({ of }: { of: RoomCoverage }) {
  const percent = percentOf(of);
  if (percent === null) return null;
  return (
    <p className={styles.covered} title={`Bots recorded ${percent} % of the time in which people were here`}>
      <span className={styles.meter} aria-hidden="true">
        <span style={{ width: `${percent}%` }} />
      </span>
      {percent} % recorded
    </p>
  );
}

/** Null where nobody has been yet. */
function percentOf(coverage: RoomCoverage | null): number | null {
  return coverage && coverage.occupiedSeconds >= 1 ? Math.floor(coverage.share * 100) : null;
}

/** Whether a card would look the same: lists are made anew with every change of the meeting, what they hold is not. */
function sameCard(before: RoomCardProps, now: RoomCardProps): boolean {
  return (
    before.room === now.room &&
    before.refusals === now.refusals &&
    percentOf(before.coverage) === percentOf(now.coverage) &&
    before.clockAhead === now.clockAhead &&
    sameItems(before.people, now.people) &&
    sameItems(before.expected, now.expected) &&
    sameItems(before.recordedBy, now.recordedBy) &&
    now.people.every((who) => before.botOf.get(who.id) === now.botOf.get(who.id))
  );
}

function sameItems(before: readonly unknown[], now: readonly unknown[]): boolean {
  return before.length === now.length && before.every((item, i) => item === now[i]);
}
