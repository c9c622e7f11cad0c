import { useCallback, useState } from "react";
import { ask } from "../api/ask";
import { useConnection } from "../api/connection";
import { useOrder } from "../api/useOrder";
import { AdvanceDocument, HoldDocument, MeetingClockDocument, ReleaseDocument, type ClockPartsFragment } from "../gql/documents";
import { Button } from "../ui/Button";
import { Refusals } from "../ui/Refusals";
import { clock as timeOf } from "../ui/time";
import { usePolled } from "../webhooks/usePolled";
import styles from "./ClockBar.module.css";
import { holdWords } from "./words";

/** How far the clock can be let go at once, in seconds. */
const steps = [
  [1, "1 s"],
  [10, "10 s"],
  [60, "1 min"],
  [600, "10 min"],
  [3600, "1 h"],
] as const;

/** Under which name the page holds the clock, and for how long at most, in seconds. */
const pageHold = "this page";
const holdFor = 600;

/** The clock that all meetings of the server go by: what it shows, and how it is moved. */
export function ClockBar() {
  const { api } = useConnection();
  const orders = useOrder();
  const { value, refresh } = usePolled(useCallback(() => ask(api, MeetingClockDocument, {}), [api]));
  const [moved, setMoved] = useState<ClockPartsFragment | null>(null);
  const known = value?.clock ?? null;
  const clock = moved && known && moved.now > known.now ? moved : known;
  if (!clock) return null;
  const held = clock.holds.some(({ name }) => name === pageHold);
  const advance = async (bySeconds: number) => {
    const answer = await orders.tell(AdvanceDocument, { bySeconds, waitSeconds: 5 });
    setMoved(answer?.advanceClock.clock ?? null);
    refresh();
  };
  const pause = async () => {
    if (await (held ? orders.tell(ReleaseDocument, { name: pageHold }) : orders.tell(HoldDocument, { name: pageHold, expiresInSeconds: holdFor }))) refresh();
  };
  return (
    <section className={styles.bar} aria-label="Meeting clock">
      <p className={styles.now}>
        <time dateTime={clock.now}>{timeOf(clock.now)}</time>
        <span>{paceOf(clock)}</span>
      </p>
      {clock.speed === "WALL" ? (
        <p className={styles.note}>
          Meetings go by the clock of the world. To let hours pass in seconds, start the server with <code>--time virtual</code> or <code>--time 10x</code>.
        </p>
      ) : (
        <div className={styles.acts}>
          {clock.speed === "VIRTUAL" &&
            steps.map(([seconds, text]) => (
              <Button key={seconds} onPress={() => void advance(seconds)} isDisabled={clock.state === "ADVANCING"}>
                +{text}
              </Button>
            ))}
          <Button onPress={() => void pause()}>{held ? "Let it go on" : "Hold it"}</Button>
        </div>
      )}
      <Holds clock={clock} />
      <Refusals of={orders.refusals} />
    </section>
  );
}

function paceOf({ speed, pace, state, target, now }: ClockPartsFragment): string {
  if (speed === "WALL") return "in wall time";
  const goes = state === "STALLED" ? "is held" : state === "ADVANCING" || (target !== null && target > now) ? `goes to ${target === null ? "" : timeOf(target)}` : "stands until it is let go";
  return speed === "PACED" ? `${pace ?? 1} times as fast as the world${state === "STALLED" ? ", held" : ""}` : `virtual, ${goes}`;
}

function Holds({ clock: { holds } }: { clock: ClockPartsFragment }) {
  if (holds.length === 0) return null;
  return (
    <ul className={styles.holds} aria-label="Who holds the clock">
      {holds.map(({ name, kind, heldSeconds, expiresInSeconds }, i) => (
        <li key={i}>
          <b>{name}</b> {holdWords[kind]} for {heldSeconds.toFixed(0)} s; ends by itself in {expiresInSeconds.toFixed(0)} s
        </li>
      ))}
    </ul>
  );
}
