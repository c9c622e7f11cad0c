import { useMemo, useRef, type PointerEvent } from "react";
import type { Segment } from "../meeting/state";
import { clock } from "../ui/time";
import { Lane } from "./Lane";
import { Playhead } from "./Playhead";
import { ticksOf } from "./scale";
import styles from "./Stage.module.css";
import type { Act, Story } from "./story";
import { wordsOf } from "./story";
import { heardOf, type Track } from "./tracks";
import type { Levels } from "./useLevels";
import { usePlayer } from "./usePlayback";
import { useView, useWheel, type View } from "./useView";
import { ZoomTools } from "./ZoomTools";

/** A time in which nothing was recorded, in seconds after the segment's beginning. */
export interface Hole {
  from: number;
  to: number;
  why: string;
}

interface Props {
  segment: Segment;
  length: number;
  tracks: readonly Track[];
  levels: Levels;
  story: Story;
  holes: readonly Hole[];
}

/** A segment on one clock: a lane for each voice, what people did, and what is heard now. A press anywhere goes there. */
export function Stage({ segment, length, tracks, levels, story, holes }: Props) {
  const playback = usePlayer();
  const time = useRef<HTMLDivElement>(null);
  const zoom = useView(length);
  const { view } = zoom;
  useWheel(time, zoom);
  const acts = useMemo(() => story.lines.filter((line) => line.kind === "act"), [story.lines]);
  const percent = (at: number) => `${((at - view.from) / (view.to - view.from)) * 100}%`;
  const seek = (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0 || !time.current) return;
    const { left, width } = time.current.getBoundingClientRect();
    void playback.playFrom(segment, view.from + Math.min(1, Math.max(0, (event.clientX - left) / width)) * (view.to - view.from));
  };

  return (
    <section className={styles.stage} aria-label="Who spoke when">
      <ZoomTools zoom={zoom} />
      <div className={styles.axis} aria-hidden="true">
        {ticksOf(view).map((tick) => (
          <span key={tick.at} style={{ left: percent(tick.at) }}>
            {tick.label}
          </span>
        ))}
      </div>
      <div className={styles.over} ref={time} onPointerDown={seek} data-testid="time">
        {holes.map((hole) => (
          <span key={hole.from} className={styles.hole} title={hole.why} style={placed(hole, view)} />
        ))}
        {acts.filter((act) => act.at >= view.from && act.at <= view.to).map((act) => (
          <Mark key={act.id} act={act} left={percent(act.at)} at={clock(new Date(Date.parse(segment.startedAt) + act.at * 1000).toISOString())} />
        ))}
        <Playhead segmentId={segment.id} view={view} onLeft={zoom.moveTo} />
      </div>
      <ul className={styles.lanes}>
        {heardOf(tracks).map((track) => (
          <Lane key={track.id} segment={segment} track={track} view={view} levels={levels.get(track.id)} stretches={story.stretches} />
        ))}
      </ul>
    </section>
  );
}

function placed({ from, to }: Hole, view: View) {
  const share = (at: number) => Math.min(1, Math.max(0, (at - view.from) / (view.to - view.from))) * 100;
  return { left: `${share(from)}%`, width: `${share(to) - share(from)}%` };
}

/** Something that somebody did, on the clock. The story says it in words. */
function Mark({ act, left, at }: { act: Act; left: string; at: string }) {
  return <span className={styles.mark} data-action={act.action} style={{ left }} title={`${at} ${act.who?.name ?? "The owner"} ${wordsOf(act)}`} />;
}
