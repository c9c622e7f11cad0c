import { useCallback, useEffect, useMemo } from "react";
import { PageLink } from "../app/PageLink";
import { addressOf } from "../app/route";
import type { Feed } from "../meeting/feed";
import type { Meeting, Segment } from "../meeting/state";
import { roomStyle } from "../rooms/hue";
import { between } from "../ui/time";
import { Journey } from "./Journey";
import { addressOfSegment, segmentAt } from "./places";
import { BackIcon } from "./icons";
import { SegmentHeader } from "./SegmentHeader";
import styles from "./SegmentView.module.css";
import { Stage } from "./Stage";
import type { Line } from "./story";
import { heardOf, lengthOf, type Track } from "./tracks";
import { Transcript } from "./Transcript";
import { useFiles } from "./useFiles";
import { useLevels } from "./useLevels";
import { usePlayer } from "./usePlayback";
import { useStory } from "./useStory";
import { useTracks } from "./useTracks";

interface Props {
  meeting: Meeting;
  feed: Feed;
  segment: Segment;
  /** Plays from here on at once, in seconds after its beginning; null for not at all. */
  from: number | null;
}

/** One recording: who spoke when, what was said and done, and all of it to be heard. */
export function SegmentView({ meeting, feed, segment, from }: Props) {
  const playback = usePlayer();
  const { tracks, read, error } = useTracks(segment);
  const heard = useMemo(() => heardOf(tracks), [tracks]);
  const levels = useLevels(heard);
  const { story, error: storyError } = useStory(segment);
  const files = useFiles(meeting.id, segment);
  const isDone = segment.state !== "RECORDING";
  useEffect(() => {
    if (from !== null && isDone) void playback.playFrom(segment, from);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- a segment that is told of anew is still the one that plays
  }, [playback, segment.id, isDone, from]);
  const hrefOf = useOnward(meeting, feed, segment);
  const trouble = error ?? storyError;

  return (
    <article className={styles.segment} style={roomStyle(meeting.rooms.get(segment.roomId)?.ordinal ?? 0)} aria-label={`${segment.roomName}, recorded by ${segment.botName}`}>
      <PageLink href={addressOf(meeting.id, "recordings")} className={styles.back}>
        <BackIcon size={14} /> All recordings
      </PageLink>
      <SegmentHeader segment={segment} files={files} />
      <Journey meeting={meeting} segment={segment} />
      {trouble !== null && (
        <p className={styles.trouble} role="alert">
          {trouble}
        </p>
      )}
      <div className={styles.columns}>
        <div className={styles.column}>
          {heard.length > 0 ? (
            <Stage segment={segment} length={Math.max(lengthOf(segment), 1)} tracks={heard} levels={levels} story={story} holes={files.holes} />
          ) : (
            <p className={styles.none}>{!isDone ? "Voices can be heard when the visit is over. What is said appears in the transcript meanwhile." : read ? "Nobody was heard." : "Reading the tracks…"}</p>
          )}
          <Videos tracks={tracks} />
        </div>
        <Transcript segment={segment} story={story} hrefOf={hrefOf} />
      </div>
    </article>
  );
}

/** Where somebody who leaves the room is heard next. */
function useOnward(meeting: Meeting, { past, live }: Feed, segment: Segment): (line: Line) => string | null {
  return useCallback(
    (line) => {
      if (line.kind !== "act" || line.action !== "LEAVE" || !line.who) return null;
      const left = Date.parse(segment.startedAt) + line.at * 1000 - 500;
      const entered = past.concat(live).find((event) => event.type === "PARTICIPANT_ENTERED_ROOM" && event.participant?.id === line.who?.id && Date.parse(event.at) >= left && event.room?.id !== segment.roomId);
      const next = entered?.room && segmentAt(meeting, entered.at, entered.room.id);
      return entered && next ? addressOfSegment(meeting.id, next.id, between(next.startedAt, entered.at)) : null;
    },
    [meeting, past, live, segment],
  );
}

/** Cameras and screens, each in a player of its own. */
function Videos({ tracks }: { tracks: readonly Track[] }) {
  const shown = tracks.filter(({ kind }) => kind !== "AUDIO");
  if (shown.length === 0) return null;
  return (
    <ul className={styles.videos}>
      {shown.map((track) => (
        <li key={track.id}>
          <video src={track.url} controls muted preload="metadata" />
          <span>
            {track.name}, {track.kind === "CAMERA" ? "camera" : "screen"}
          </span>
        </li>
      ))}
    </ul>
  );
}
