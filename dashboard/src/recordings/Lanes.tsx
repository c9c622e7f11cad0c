import { Button } from "react-aria-components";
import type { Segment } from "../meeting/state";
import { personStyle } from "../rooms/hue";
import { span } from "../ui/time";
import styles from "./Lanes.module.css";
import { heardOf, lengthOf, type Track } from "./tracks";
import { usePlayback } from "./usePlayback";

/** A lane for each person: when they were heard, within the segment. Pressing one plays it. */
export function Lanes({ segment, tracks }: { segment: Segment; tracks: readonly Track[] }) {
  const { playback, playing } = usePlayback();
  const mine = playing?.segment.id === segment.id ? playing : null;
  const length = Math.max(lengthOf(segment), ...tracks.map((track) => track.offset + track.duration));
  const percent = (seconds: number) => `${(seconds / length) * 100}%`;
  return (
    <ul className={styles.lanes}>
      {heardOf(tracks).map((track) => {
        const alone = mine?.track?.id === track.id;
        const heard = mine !== null && (alone || mine.track === null);
        return (
          <li key={track.id} style={personStyle(track.number)}>
            <Button
              className={styles.lane}
              data-heard={heard || undefined}
              onPress={() => (alone ? playback.toggle() : void playback.open(segment, track.id))}
            >
              <span className={styles.name}>
                <span className="heard">{alone && mine.state === "playing" ? "Pause " : "Play "}</span>
                {track.name}
              </span>
              <span className={styles.time}>
                <span className={styles.bar} style={{ left: percent(track.offset), width: percent(track.duration) }} />
                {heard && <span className={styles.head} style={{ left: percent(mine.position) }} />}
              </span>
              <span className={styles.length}>{span(track.duration)}</span>
            </Button>
          </li>
        );
      })}
      {tracks
        .filter(({ kind }) => kind !== "AUDIO")
        .map((track) => (
          <li key={track.id} style={personStyle(track.number)}>
            <a href={track.url} target="_blank" rel="noreferrer">
              {track.name}, {track.kind === "CAMERA" ? "camera" : "screen"}, {span(track.duration)}
            </a>
          </li>
        ))}
    </ul>
  );
}
