import { useCallback, useMemo, useState } from "react";
import { ToggleButton, ToggleButtonGroup, type Key } from "react-aria-components";
import type { MeetingViewProps } from "../app/places";
import { addressOf, replace, useParameter } from "../app/route";
import type { TimelineKind } from "../gql/documents";
import { segmentAt } from "../recordings/places";
import { usePlayed, usePlayer } from "../recordings/usePlayback";
import { between } from "../ui/time";
import { Chart } from "./Chart";
import type { Entry } from "./entries";
import { EntryList } from "./EntryList";
import { MomentPanel } from "./MomentPanel";
import styles from "./TimelineView.module.css";
import { useTimeline } from "./useTimeline";

/** What the list shows. Who speaks when can be seen above: it is said in what they say. */
const choices: readonly (readonly [string, readonly TimelineKind[]])[] = [
  ["Said", ["UTTERANCE", "CHAT"]],
  ["Came and went", ["PRESENCE", "ROOM_OPENED", "ROOM_CLOSED"]],
  ["Not recorded", ["GAP"]],
];

/** How far apart the moments are that are asked for while something plays, in seconds. */
const stride = 2;

/** The whole meeting on one clock: the rooms side by side, one moment of them, and all that was said and done. */
export function TimelineView({ meeting, feed }: MeetingViewProps) {
  const { entries, whole, error } = useTimeline(meeting);
  const [wanted, setWanted] = useState<Set<Key>>(new Set(["Said", "Came and went", "Not recorded"]));
  const listed = useMemo(() => {
    const kinds = choices.flatMap(([name, of]) => (wanted.has(name) ? of : []));
    return entries.filter(({ kind }) => kinds.includes(kind));
  }, [entries, wanted]);
  const length = useLength(meeting, feed, entries);
  const { at, go } = useMomentOf(meeting);

  if (error !== null && entries.length === 0) return <p role="alert">{error}</p>;
  if (!whole && entries.length === 0) return <p role="status">Reading the timeline…</p>;
  return (
    <div className={styles.view}>
      <Chart meeting={meeting} entries={entries} length={length} moment={at === null ? null : between(meeting.createdAt, at)} onPress={(seconds, roomId) => go(atSecond(meeting.createdAt, seconds), roomId)} />
      <div className={styles.columns}>
        <div className={styles.list}>
          <ToggleButtonGroup className={styles.kinds} aria-label="What is listed" selectionMode="multiple" selectedKeys={wanted} onSelectionChange={setWanted}>
            {choices.map(([name]) => (
              <ToggleButton key={name} id={name}>
                {name}
              </ToggleButton>
            ))}
          </ToggleButtonGroup>
          <EntryList meeting={meeting} entries={listed} at={at} onChoose={(entry: Entry) => go(entry.at, entry.room.id)} />
        </div>
        {at !== null && <MomentPanel meeting={meeting} at={at} />}
      </div>
    </div>
  );
}

function atSecond(began: string, seconds: number): string {
  return new Date(Date.parse(began) + seconds * 1000).toISOString();
}

/** How long the meeting lasts: until its end, or the latest that is known. */
function useLength({ createdAt, endedAt }: MeetingViewProps["meeting"], { live, past }: MeetingViewProps["feed"], entries: readonly Entry[]): number {
  const latest = endedAt ?? live.at(-1)?.at ?? past.at(-1)?.at ?? createdAt;
  return Math.max(5, between(createdAt, latest), ...entries.slice(-20).map(({ to, from }) => to ?? from));
}

/** The moment that is looked at: that which is heard, or else the one of the address; and how to go to another. */
function useMomentOf(meeting: MeetingViewProps["meeting"]) {
  const playback = usePlayer();
  const chosen = useParameter("at");
  const heard = usePlayed((playing) => (playing?.state === "playing" && meeting.segments.has(playing.segment.id) ? atSecond(playing.segment.startedAt, Math.floor(playing.position / stride) * stride) : null));
  const go = useCallback(
    (at: string, roomId?: string) => {
      replace(addressOf(meeting.id, "timeline", { at }));
      const segment = segmentAt(meeting, at, roomId);
      if (segment && segment.state !== "RECORDING") void playback.playFrom(segment, Math.max(0, between(segment.startedAt, at)));
      else playback.close();
    },
    [meeting, playback],
  );
  const known = chosen !== null && !Number.isNaN(Date.parse(chosen)) ? chosen : null;
  return { at: heard ?? known, go };
}
