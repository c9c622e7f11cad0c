import { useMemo } from "react";
import type { MeetingViewProps } from "../app/places";
import { PageLink } from "../app/PageLink";
import { addressOf } from "../app/route";
import { plain, sentence } from "../events/sentence";
import type { Bot } from "../meeting/state";
import { BotBody } from "../rooms/BotChip";
import { withRoomName } from "../rooms/placed";
import { clock } from "../ui/time";
import { BotActs } from "./BotActs";
import styles from "./Bots.module.css";
import { Journey } from "./Journey";
import { useJourney } from "./useJourney";

/** One bot: its journey through the rooms, and what became of it step by step. */
export function BotPage({ bot, meeting, feed }: MeetingViewProps & { bot: Bot }) {
  const steps = useMemo(() => feed.past.concat(feed.live).filter((event) => event.bot?.id === bot.id), [feed.past, feed.live, bot.id]);
  const { journey, error } = useJourney(bot.id, steps.at(-1)?.sequence ?? 0);
  const recording = [...meeting.segments.values()].some((segment) => segment.botId === bot.id && segment.state === "RECORDING");
  return (
    <div className={styles.view}>
      <PageLink href={addressOf(meeting.id, "bots")} className={styles.back}>
        All bots
      </PageLink>
      <header className={styles.row}>
        <span className={styles.who}>
          <BotBody name={bot.name} bot={withRoomName(bot, meeting.rooms)} recording={recording} />
        </span>
        <BotActs bot={bot} meeting={meeting} />
      </header>
      <section className={styles.part} aria-label="Journey">
        <h3>Journey</h3>
        {error !== null && <p role="alert">{error}</p>}
        {journey ? <Journey journey={journey} meeting={meeting} /> : error === null && <p role="status">Reading the journey…</p>}
      </section>
      <section className={styles.part} aria-label="Steps">
        <h3>Step by step</h3>
        <ol className={styles.steps}>
          {steps.toReversed().map((event) => (
            <li key={event.sequence}>
              <time dateTime={event.at}>{clock(event.at)}</time>
              <span>{plain(sentence(event))}</span>
              {event.__typename === "BotEvent" && event.code !== null && <code>{event.code}</code>}
            </li>
          ))}
        </ol>
      </section>
    </div>
  );
}
