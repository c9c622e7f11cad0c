import { PageLink } from "../app/PageLink";
import { addressOf } from "../app/route";
import type { Bot, Meeting } from "../meeting/state";
import { roomStyle } from "../rooms/hue";
import { BotBody } from "../rooms/BotChip";
import { BotActs } from "./BotActs";
import styles from "./Bots.module.css";

/** A bot in the list: what it does, where it is, and what can be done with it. */
export function BotRow({ bot, meeting, recording }: { bot: Bot; meeting: Meeting; recording: boolean }) {
  const room = roomOf(bot, meeting);
  return (
    <li className={styles.row}>
      <PageLink href={addressOf(meeting.id, "bots", { bot: bot.id })} className={styles.who}>
        <BotBody name={bot.name} bot={bot} recording={recording} />
      </PageLink>
      <span className={styles.where} style={room && roomStyle(room.ordinal)}>
        {room ? room.name : "not in the meeting"}
      </span>
      <BotActs bot={bot} meeting={meeting} />
    </li>
  );
}

/** The room that a bot is in now. */
export function roomOf(bot: Bot, { participants, rooms }: Meeting) {
  const who = bot.participantId === null ? undefined : participants.get(bot.participantId);
  return rooms.get(who?.roomId ?? "");
}
