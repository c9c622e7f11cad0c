import { useEffect, useState } from "react";
import { ask } from "../api/ask";
import { useConnection } from "../api/connection";
import { MomentDocument, type MomentQuery } from "../gql/documents";
import { PageLink } from "../app/PageLink";
import type { Meeting } from "../meeting/state";
import { addressOfSegment } from "../recordings/places";
import { personStyle, roomStyle } from "../rooms/hue";
import { PlayIcon } from "../ui/icons";
import { clock } from "../ui/time";
import { count } from "../ui/words";
import styles from "./MomentPanel.module.css";

type RoomThen = NonNullable<MomentQuery["meeting"]>["at"][number];

/** The rooms at one moment: who was there, saying what; and where it can be heard. */
export function MomentPanel({ meeting, at }: { meeting: Meeting; at: string }) {
  const { rooms, error } = useMoment(meeting.id, at);
  return (
    <section className={styles.panel} aria-label="At this moment">
      <h3>
        At <time dateTime={at}>{clock(at)}</time>
      </h3>
      {error !== null && <p role="alert">{error}</p>}
      {rooms?.length === 0 && <p className={styles.nobody}>Nobody was in the meeting.</p>}
      <ul className={styles.rooms}>
        {rooms?.map((then) => (
          <RoomThen key={then.room.id} meeting={meeting} then={then} />
        ))}
      </ul>
    </section>
  );
}

function RoomThen({ meeting, then: { room, people, speaking, utterances, segments } }: { meeting: Meeting; then: RoomThen }) {
  const speaks = new Set(speaking.map(({ id }) => id));
  const guests = people.filter(({ isBot }) => !isBot);
  const [heard] = segments;
  return (
    <li className={styles.room} style={roomStyle(room.ordinal)}>
      <header>
        <span className={styles.dot} />
        <b>{room.name}</b>
        <span>{count(guests.length, "person", "people")}</span>
        {heard && (
          <PageLink href={addressOfSegment(meeting.id, heard.segment.id, heard.offsetSeconds)} className={styles.hear}>
            <PlayIcon size={12} /> Hear it
          </PageLink>
        )}
      </header>
      <p className={styles.people}>
        {guests.map(({ id, number, name }) => (
          <span key={id} style={personStyle(number)} data-speaks={speaks.has(id) || undefined}>
            {name}
            {speaks.has(id) && <span className="heard"> speaks</span>}
          </span>
        ))}
      </p>
      {utterances.map(({ id, name, text }) => (
        <blockquote key={id}>
          <b>{name}</b> {text}
        </blockquote>
      ))}
    </li>
  );
}

/** What the API knows of a moment; while it is asked, what it knew of the one before. */
function useMoment(meetingId: string, at: string) {
  const { api } = useConnection();
  const [known, setKnown] = useState<{ rooms: readonly RoomThen[] | null; error: string | null }>({ rooms: null, error: null });
  useEffect(() => {
    let left = false;
    ask(api, MomentDocument, { meetingId, time: at }).then(
      ({ meeting }) => !left && setKnown({ rooms: meeting?.at ?? [], error: null }),
      (failure: unknown) => !left && setKnown({ rooms: null, error: (failure as Error).message }),
    );
    return () => {
      left = true;
    };
  }, [api, meetingId, at]);
  return known;
}
