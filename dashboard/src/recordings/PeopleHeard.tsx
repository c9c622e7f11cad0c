import { useEffect, useState } from "react";
import { Button } from "react-aria-components";
import { useConnection } from "../api/connection";
import { PageLink } from "../app/PageLink";
import type { Meeting } from "../meeting/state";
import { personStyle, roomStyle } from "../rooms/hue";
import { PauseIcon, PlayIcon } from "../ui/icons";
import { clock, span } from "../ui/time";
import { count } from "../ui/words";
import styles from "./PeopleHeard.module.css";
import { addressOfSegment } from "./places";
import { usePlayed, usePlayer } from "./usePlayback";
import { readVoices, type Heard, type Voice } from "./voices";

/** What bots recorded, person by person: everybody's voice, in every room. */
export function PeopleHeard({ meeting }: { meeting: Meeting }) {
  const people = useVoices(meeting);
  if (people === null) return <p role="status">Reading who was heard…</p>;
  if (people instanceof Error) return <p role="alert">{people.message}</p>;
  if (people.length === 0) return <p role="status">Nobody’s recording is whole yet: voices can be heard when a bot’s visit is over.</p>;
  return (
    <ul className={styles.people}>
      {people.map((who) => (
        <Person key={who.number} meeting={meeting} who={who} />
      ))}
    </ul>
  );
}

function useVoices(meeting: Meeting): readonly Heard[] | Error | null {
  const { api } = useConnection();
  const [read, setRead] = useState<readonly Heard[] | Error | null>(null);
  const { segments } = meeting;
  useEffect(() => {
    const gone = new AbortController();
    const take = (answer: readonly Heard[] | Error) => {
      if (!gone.signal.aborted) setRead(answer);
    };
    readVoices(api, meeting, gone.signal).then(take, (failure: unknown) => take(failure as Error));
    return () => gone.abort();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- whoever moves changes no recording
  }, [api, segments]);
  return read;
}

function Person({ meeting, who }: { meeting: Meeting; who: Heard }) {
  return (
    <li className={styles.person} style={personStyle(who.number)}>
      <h3>
        <span className={styles.face} />
        {who.name}
        <small>
          {count(who.voices.length, "recording")}, {span(who.seconds)}
        </small>
      </h3>
      <ol className={styles.voices}>
        {who.voices.map((voice) => (
          <VoiceRow key={voice.track.id} meeting={meeting} voice={voice} />
        ))}
      </ol>
    </li>
  );
}

function VoiceRow({ meeting, voice: { segment, track, others } }: { meeting: Meeting; voice: Voice }) {
  const playback = usePlayer();
  const isMine = usePlayed((playing) => playing?.track?.id === track.id);
  const isOn = usePlayed((playing) => playing?.track?.id === track.id && playing.state === "playing");
  const at = new Date(Date.parse(segment.startedAt) + track.offset * 1000).toISOString();
  return (
    <li className={styles.voice} style={roomStyle(meeting.rooms.get(segment.roomId)?.ordinal ?? 0)} data-mine={isMine || undefined}>
      <Button
        className={styles.play}
        aria-label={`${isOn ? "Pause" : "Play"} ${track.name} in ${segment.roomName}, ${clock(at)}`}
        onPress={() => (isMine ? playback.toggle() : void playback.open(segment, track.id))}
      >
        {isOn ? <PauseIcon size={14} /> : <PlayIcon size={14} />}
      </Button>
      <PageLink href={addressOfSegment(meeting.id, segment.id)} title={others > 0 ? `recorded by ${segment.botName} and ${count(others, "other bot")}` : `recorded by ${segment.botName}`}>
        <span className={styles.dot} />
        {segment.roomName}
      </PageLink>
      <time dateTime={at}>{clock(at)}</time>
      <span>{span(track.duration)}</span>
    </li>
  );
}
