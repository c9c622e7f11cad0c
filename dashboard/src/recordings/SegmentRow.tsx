import { Button } from "react-aria-components";
import { PageLink } from "../app/PageLink";
import type { Segment } from "../meeting/state";
import { BotIcon, ChevronIcon, PauseIcon, PlayIcon } from "../ui/icons";
import { clock, span } from "../ui/time";
import { addressOfSegment } from "./places";
import styles from "./SegmentRow.module.css";
import { lengthOf } from "./tracks";
import { usePlayed, usePlayer } from "./usePlayback";

/** One segment: who recorded it, when, for how long. It is played here, and opens with all that is known of it. */
export function SegmentRow({ meetingId, segment }: { meetingId: string; segment: Segment }) {
  const playback = usePlayer();
  const mine = usePlayed((playing) => playing?.segment.id === segment.id);
  const playsAll = usePlayed((playing) => playing?.segment.id === segment.id && playing.track === null);
  const isOn = usePlayed((playing) => playing?.segment.id === segment.id && playing.track === null && playing.state === "playing");
  const title = `${segment.botName}, ${clock(segment.startedAt)}`;
  return (
    <li className={styles.row} data-mine={mine || undefined}>
      {segment.state === "COMPLETED" || segment.state === "INTERRUPTED" ? (
        <Button
          className={styles.play}
          aria-label={`${isOn ? "Pause" : "Play everybody"}: ${title}`}
          onPress={() => (playsAll ? playback.toggle() : void playback.open(segment, null))}
        >
          {isOn ? <PauseIcon /> : <PlayIcon />}
        </Button>
      ) : (
        <span className={styles.light} role="img" aria-label={segment.state === "DELETED" ? "Deleted" : "Recording now"} data-state={segment.state} />
      )}
      {segment.state === "DELETED" ? (
        <p className={styles.open}>
          <Words segment={segment} />
        </p>
      ) : (
        <PageLink href={addressOfSegment(meetingId, segment.id)} className={styles.open}>
          <Words segment={segment} />
          <ChevronIcon size={14} />
        </PageLink>
      )}
    </li>
  );
}

function Words({ segment }: { segment: Segment }) {
  return (
    <>
      <span className={styles.bot}>
        <BotIcon size={15} />
        <span>{segment.botName}</span>
      </span>
      <time dateTime={segment.startedAt}>{clock(segment.startedAt)}</time>
      <span className={styles.length}>{segment.state === "RECORDING" ? "recording" : segment.state === "DELETED" ? "deleted" : span(lengthOf(segment))}</span>
      {segment.state === "INTERRUPTED" && <span className={styles.cut}>cut short</span>}
    </>
  );
}
