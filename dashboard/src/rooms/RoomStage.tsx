import { useDeferredValue, useMemo } from "react";
import { useHosting } from "../host/hosting";
import type { Refusal } from "../api/order";
import type { Meeting } from "../meeting/state";
import { Afterwards, Outside } from "./Afterwards";
import { useCoverage } from "./coverage";
import { Flip } from "./Flip";
import { found } from "./find";
import { Nearby } from "./Nearby";
import { isOutside, placed, withRoomName } from "./placed";
import { RoomCard } from "./RoomCard";
import styles from "./RoomStage.module.css";
import { SpeakingContext, useSpeaking } from "./speaking";

/** How many rooms are laid out with the page: those after them come one by one, as soon as nothing else is to be done. */
const atFirst = 2;
const nothing: readonly Refusal[] = [];

interface Props {
  meeting: Meeting;
  clockAhead: number;
  /** Only rooms and people with this in their names. */
  search: string;
}

/** Who is where, now. */
export function RoomStage({ meeting, clockAhead, search }: Props) {
  const { participants, bots, segments, rooms, endedAt, round } = meeting;
  const { refused } = useHosting();
  const wanted = useDeferredValue(search.trim().toLowerCase());
  const places = useMemo(() => placed(participants.values()), [participants]);
  const named = useMemo(() => [...bots.values()].map((bot) => withRoomName(bot, rooms)), [bots, rooms]);
  const botOf = useMemo(() => new Map(named.map((bot) => [bot.participantId, bot])), [named]);
  const recordings = useMemo(() => [...segments.values()].filter((segment) => segment.state === "RECORDING"), [segments]);
  const sorted = useMemo(() => [...rooms.values()].sort((a, b) => a.ordinal - b.ordinal), [rooms]);
  const shown = useMemo(() => found(sorted, places, wanted), [sorted, places, wanted]);
  const coverage = useCoverage(meeting.id, endedAt === null && round?.state !== "CLOSED");
  const speaking = useSpeaking(meeting.id, endedAt === null);
  if (endedAt !== null && places.inside.size === 0) return <Afterwards rooms={sorted} bots={named} coverage={coverage} />;
  const outside = wanted === "" ? named.filter((bot) => isOutside(bot, participants)) : [];
  return (
    <SpeakingContext value={speaking}>
      <Flip on={meeting} className={styles.stage}>
        {outside.length > 0 && <Outside bots={outside} />}
        {shown.map(({ room, people, expected }, i) => (
          <Nearby key={room.id} className={styles.place} first={i < atFirst} guess={160}>
            <RoomCard
              room={room}
              people={people}
              expected={expected}
              botOf={botOf}
              recordedBy={recordings.filter((segment) => segment.roomId === room.id).map((segment) => segment.botId)}
              coverage={room.kind === "BREAKOUT" ? (coverage.get(room.id) ?? null) : null}
              refusals={refused?.roomId === room.id ? refused.refusals : nothing}
              clockAhead={clockAhead}
            />
          </Nearby>
        ))}
        {shown.length === 0 && <p className={styles.hint}>No room and nobody in a room has “{search.trim()}” in the name.</p>}
      </Flip>
    </SpeakingContext>
  );
}
