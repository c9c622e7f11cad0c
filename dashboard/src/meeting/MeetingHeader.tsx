import { useNow } from "../ui/useNow";
import { between, clock, moment, span } from "../ui/time";
import { count } from "../ui/words";
import type { Feed } from "./feed";
import styles from "./MeetingHeader.module.css";
import type { Meeting, Round } from "./state";

interface Props {
  meeting: Meeting;
  phase: Feed["phase"];
  clockAhead: number;
}

/** What the meeting is called, where its round is, and how much of everything there is. */
export function MeetingHeader({ meeting, phase, clockAhead }: Props) {
  const { round, endedAt } = meeting;
  return (
    <header className={styles.header}>
      <div className={styles.line}>
        <h1>{meeting.title}</h1>
        <ConnectionPill phase={phase} ended={endedAt !== null} />
      </div>
      <div className={styles.line}>
        <RoundPill round={round} ended={endedAt !== null} clockAhead={clockAhead} />
        <p className={styles.when}>
          {endedAt === null
            ? `since ${moment(meeting.createdAt)}`
            : `${moment(meeting.createdAt)}, for ${span(between(meeting.createdAt, endedAt))}`}
        </p>
        <Counts meeting={meeting} />
      </div>
    </header>
  );
}

/** Whether what is shown is what is so. */
function ConnectionPill({ phase, ended }: { phase: Feed["phase"]; ended: boolean }) {
  const [state, text] =
    phase === "live" ? (ended ? ["ended", "Ended"] : ["live", "Live"]) : phase === "resuming" ? ["waiting", "Reconnecting…"] : ["waiting", "Connecting…"];
  return (
    <span className={styles.pill} data-state={state} role="status">
      <span className={styles.light} />
      {text}
    </span>
  );
}

function RoundPill({ round, ended, clockAhead }: { round: Round | null; ended: boolean; clockAhead: number }) {
  const closesAt = ended ? null : round?.state === "CLOSING" ? round.closesAt : round?.state === "OPEN" ? round.endsAt : null;
  return (
    <p className={styles.round} data-state={ended ? "ENDED" : (round?.state ?? "NONE")}>
      {/* A countdown is no pleasure to hear: it is said once when the rooms close. */}
      <span aria-hidden="true">
        {textOf(round, ended)}
        {closesAt !== null && <Countdown until={Date.parse(closesAt) + clockAhead} />}
      </span>
      <span className="heard" aria-live="polite">
        {textOf(round, ended)}
        {closesAt !== null && ` at ${clock(closesAt)}`}
      </span>
    </p>
  );
}

function Countdown({ until }: { until: number }) {
  const now = useNow(200);
  return <b className={styles.countdown}> in {span(Math.ceil((until - now) / 1000))}</b>;
}

function textOf(round: Round | null, ended: boolean): string {
  if (ended) return round ? `Meeting ended after ${count(round.ordinal, "round")}` : "Meeting ended without a round";
  if (!round) return "No round yet";
  return `Round ${round.ordinal} ${{ EDIT: "is being prepared", OPEN: round.endsAt === null ? "is open" : "is open, its time ends", CLOSING: "closes", CLOSED: "closed" }[round.state]}`;
}

function Counts({ meeting }: { meeting: Meeting }) {
  const people = [...meeting.participants.values()];
  const counted = meeting.endedAt === null ? people.filter((who) => who.roomId !== null) : people;
  const segments = [...meeting.segments.values()];
  const recording = segments.filter((segment) => segment.state === "RECORDING").length;
  const guests = (list: typeof people) => list.filter((who) => !who.isBot).length;
  return (
    <dl className={styles.counts}>
      <Count one="person" many="people" value={guests(counted)} />
      <Count one="bot" value={counted.length - guests(counted)} />
      <Count one="room" value={meeting.rooms.size} />
      <Count one="recording" value={segments.length - recording} />
      {recording > 0 && <Count one="recording now" many="recording now" value={recording} lit />}
    </dl>
  );
}

function Count({ one, many = `${one}s`, value, lit = false }: { one: string; many?: string; value: number; lit?: boolean }) {
  return (
    <div data-lit={lit || undefined}>
      <dt>{value === 1 ? one : many}</dt>
      <dd>{value}</dd>
    </div>
  );
}
