import { useEffect, useState } from "react";
import { Button } from "react-aria-components";
import { useConnection } from "../api/connection";
import { PageLink } from "../app/PageLink";
import type { Meeting } from "../meeting/state";
import { addressOfMoment, segmentAt } from "../recordings/places";
import { CloseIcon, PlayIcon } from "../ui/icons";
import { Copy } from "./Copy";
import styles from "./EventDetail.module.css";
import { jsonOf, readEventAfter, type WholeEvent } from "./whole";

interface Props {
  meeting: Meeting;
  /** The cursor of the event before it; null for the meeting's first. */
  after: string | null;
  onClose: () => void;
}

/** One event in full, as the API has it. It is asked for anew: a link to it can be older than what this page knows. */
export function EventDetail({ meeting, after, onClose }: Props) {
  const { api } = useConnection();
  const [read, setRead] = useState<WholeEvent | Error | null>(null);
  useEffect(() => readEventAfter(api, meeting.id, after, setRead), [api, meeting.id, after]);
  const event = read instanceof Error ? null : read;
  const heard = event !== null && segmentAt(meeting, event.at, event.room?.id) !== null;
  return (
    <section className={styles.detail} aria-label="Event">
      <header className={styles.header}>
        <h3>{event ? `${event.type} #${event.sequence}` : "Reading the event…"}</h3>
        <Button className={styles.close} aria-label="Close the event" onPress={onClose}>
          <CloseIcon />
        </Button>
      </header>
      {read instanceof Error && (
        <p className={styles.trouble} role="alert">
          {read.message}
        </p>
      )}
      {event && (
        <>
          <div className={styles.tools}>
            {heard && (
              <PageLink className={styles.tool} href={addressOfMoment(meeting.id, event.at, event.room?.id)}>
                <PlayIcon size={13} /> Hear this moment
              </PageLink>
            )}
            <Copy what="JSON" text={jsonOf(event)} />
            <Copy what="cursor" text={event.cursor} />
            <Copy what="link" text={location.href} />
          </div>
          {/* Scrolls by keyboard, so it can be reached by keyboard. */}
          {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- see above */}
          <pre className={styles.json} tabIndex={0} role="region" aria-label="The event in JSON">
            <code>{jsonOf(event)}</code>
          </pre>
        </>
      )}
    </section>
  );
}
