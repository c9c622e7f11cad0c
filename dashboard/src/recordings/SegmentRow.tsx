import { useEffect, useState } from "react";
import { Button, Disclosure, DisclosurePanel, Heading } from "react-aria-components";
import { useConnection } from "../api/connection";
import type { Segment } from "../meeting/state";
import { BotIcon, ChevronIcon, PauseIcon, PlayIcon } from "../ui/icons";
import { clock, span } from "../ui/time";
import { Lanes } from "./Lanes";
import styles from "./SegmentRow.module.css";
import { lengthOf, readTracks, type Track } from "./tracks";
import { usePlayback } from "./usePlayback";

/** One segment: who recorded it, when, for how long; and, unfolded, who is heard in it. */
export function SegmentRow({ segment }: { segment: Segment }) {
  const [unfolded, setUnfolded] = useState(false);
  const { playback, playing } = usePlayback();
  const done = segment.state !== "RECORDING";
  const mine = playing?.segment.id === segment.id ? playing : null;
  const playsAll = mine !== null && mine.track === null;
  const isOn = playsAll && mine.state === "playing";
  const title = `${segment.botName}, ${clock(segment.startedAt)}`;
  return (
    <li className={styles.row} data-open={unfolded || undefined} data-mine={mine !== null || undefined}>
      <Disclosure isExpanded={unfolded} onExpandedChange={setUnfolded}>
        <div className={styles.head}>
          {done ? (
            <Button
              className={styles.play}
              aria-label={`${isOn ? "Pause" : "Play everybody"}: ${title}`}
              onPress={() => (playsAll ? playback.toggle() : void playback.open(segment, null))}
            >
              {isOn ? <PauseIcon /> : <PlayIcon />}
            </Button>
          ) : (
            <span className={styles.light} role="img" aria-label="Recording now" />
          )}
          <Heading level={4} className={styles.heading}>
            <Button slot="trigger" className={styles.trigger} isDisabled={!done}>
              <span className={styles.bot}>
                <BotIcon size={15} />
                <span>{segment.botName}</span>
              </span>
              <time dateTime={segment.startedAt}>{clock(segment.startedAt)}</time>
              <span className={styles.length}>{done ? span(lengthOf(segment)) : "recording"}</span>
              {segment.state === "INTERRUPTED" && <span className={styles.cut}>cut short</span>}
              {segment.state === "DELETED" && <span className={styles.cut}>deleted</span>}
              {done && <ChevronIcon size={14} />}
            </Button>
          </Heading>
        </div>
        <DisclosurePanel>{unfolded && <Tracks segment={segment} />}</DisclosurePanel>
      </Disclosure>
    </li>
  );
}

/** The tracks are asked for when somebody wants to see them. */
function Tracks({ segment }: { segment: Segment }) {
  const { api } = useConnection();
  const [read, setRead] = useState<Track[] | Error | null>(null);
  useEffect(() => {
    let left = false;
    void readTracks(api, segment)
      .catch((failure: unknown) => failure as Error)
      .then((answer) => {
        if (!left) setRead(answer);
      });
    return () => {
      left = true;
    };
  }, [api, segment]);
  if (read === null) return <p className={styles.note}>Reading the tracks…</p>;
  if (read instanceof Error) return <p className={styles.note}>{read.message}</p>;
  if (read.length === 0) return <p className={styles.note}>Nobody was heard.</p>;
  return <Lanes segment={segment} tracks={read} />;
}
