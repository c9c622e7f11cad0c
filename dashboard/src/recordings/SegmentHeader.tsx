import { Button } from "react-aria-components";
import type { Segment } from "../meeting/state";
import { PauseIcon, PlayIcon } from "../ui/icons";
import { moment, span } from "../ui/time";
import { count } from "../ui/words";
import { DownloadIcon } from "./icons";
import styles from "./SegmentView.module.css";
import { lengthOf } from "./tracks";
import type { Files } from "./useFiles";
import { usePlayed, usePlayer } from "./usePlayback";

/** What a recording is, to be played and to be taken along. */
export function SegmentHeader({ segment, files }: { segment: Segment; files: Files }) {
  const isDone = segment.state !== "RECORDING";
  return (
    <header className={styles.header}>
      {isDone && <PlayButton segment={segment} />}
      <div className={styles.what}>
        <h3>
          <span className={styles.dot} />
          {segment.roomName}
          {!isDone && <span className={styles.recording}>recording now</span>}
          {segment.state === "INTERRUPTED" && <span className={styles.cut}>cut short</span>}
        </h3>
        <p>
          recorded by {segment.botName}, {moment(segment.startedAt)}
          {isDone && `, ${span(lengthOf(segment))} long`}
          {files.expiresAt !== null && `, kept until ${moment(files.expiresAt)}`}
          {files.failedUtterances > 0 && `, ${count(files.failedUtterances, "sentence")} could not be transcribed`}
        </p>
      </div>
      <ul className={styles.downloads}>
        {files.mixedAudio !== null && <Download href={files.mixedAudio} what="Everybody" ending="ogg" segment={segment} />}
        {files.composed !== null && <Download href={files.composed} what="Composed" ending="webm" segment={segment} />}
      </ul>
    </header>
  );
}

function PlayButton({ segment }: { segment: Segment }) {
  const playback = usePlayer();
  const isMine = usePlayed((playing) => playing?.segment.id === segment.id);
  const isOn = usePlayed((playing) => playing?.segment.id === segment.id && playing.state === "playing");
  return (
    <Button className={styles.play} aria-label={isOn ? "Pause this recording" : "Play this recording"} onPress={() => (isMine ? playback.toggle() : void playback.open(segment, null))}>
      {isOn ? <PauseIcon size={20} /> : <PlayIcon size={20} />}
    </Button>
  );
}

/** The file is made when it is first fetched: a browser shows that it waits. */
function Download({ href, what, ending, segment }: { href: string; what: string; ending: string; segment: Segment }) {
  return (
    <li>
      <a href={href} download={`${segment.roomName} ${segment.botName}.${ending}`}>
        <DownloadIcon size={14} /> {what} <small>.{ending}</small>
      </a>
    </li>
  );
}
