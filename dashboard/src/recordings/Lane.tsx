import { memo, useMemo } from "react";
import { Button } from "react-aria-components";
import type { Segment } from "../meeting/state";
import { personStyle } from "../rooms/hue";
import { span } from "../ui/time";
import { DownloadIcon } from "./icons";
import styles from "./Lane.module.css";
import type { Stretch } from "./story";
import type { Track } from "./tracks";
import { usePlayed, usePlayer } from "./usePlayback";
import type { View } from "./useView";
import { Wave } from "./Wave";

interface Props {
  segment: Segment;
  track: Track;
  view: View;
  levels: Uint8Array | undefined;
  stretches: readonly Stretch[];
}

/** One voice of a segment. Pressing the name plays it alone, or everybody again. */
export const Lane = memo(function Lane({ segment, track, view, levels, stretches }: Props) {
  const playback = usePlayer();
  const mine = useMemo(() => stretches.filter(({ number }) => number === track.number), [stretches, track.number]);
  const alone = usePlayed((playing) => playing?.segment.id === segment.id && playing.track?.id === track.id);
  const muted = usePlayed((playing) => playing?.segment.id === segment.id && playing.track !== null && playing.track.id !== track.id);
  const spoke = mine.reduce((sum, { at, until }) => sum + until - at, 0);
  return (
    <li className={styles.lane} style={personStyle(track.number)} data-muted={muted || undefined}>
      <Button
        className={styles.name}
        aria-pressed={alone}
        onPress={() => void playback.open(segment, alone ? null : track.id, playback.snapshot()?.segment.id === segment.id ? playback.now() : track.offset)}
      >
        <span className={styles.dot} />
        <span className={styles.text}>
          <span className="heard">Play </span>
          {track.name}
          <span className="heard"> alone</span>
        </span>
        <span className={styles.spoke} title="time spoken">
          {span(spoke)}
        </span>
      </Button>
      <Wave view={view} offset={track.offset} levels={levels} stretches={mine} />
      <a className={styles.download} href={track.url} download={fileName(segment, track)} aria-label={`Download ${track.name}`}>
        <DownloadIcon size={14} />
      </a>
    </li>
  );
});

function fileName(segment: Segment, track: Track): string {
  return `${segment.roomName} ${track.name}.ogg`.replaceAll(/[^\p{L}\p{N}. -]/gu, "");
}
