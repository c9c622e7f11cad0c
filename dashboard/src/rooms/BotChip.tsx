import type { Bot } from "../meeting/state";
import { BotIcon } from "../ui/icons";
import { words } from "../ui/words";
import styles from "./Person.module.css";

interface BotProps {
  name: string;
  /** Names the bot's place on the page: its participant's id once it has joined. */
  flip: string;
  /** Null for a bot of somebody else. */
  bot: Bot | null;
  recording: boolean;
}

/** A bot, in a room or not in the meeting. */
export function BotChip({ name, flip, bot, recording }: BotProps) {
  const status = bot ? statusOf(bot, recording) : "bot";
  return (
    <li className={styles.bot} title={`${name}: ${status}`} data-flip={flip} data-failed={bot?.statusCode === "fatal" || undefined}>
      <span className={styles.body} data-recording={recording || undefined}>
        <BotIcon size={17} />
      </span>
      <span className={styles.text}>
        <span className={styles.name}>
          <span className="heard">Bot </span>
          {name}
        </span>
        <span className={styles.status}>{status}</span>
      </span>
    </li>
  );
}

/** What the bot does now, and its mode. */
function statusOf(bot: Bot, recording: boolean): string {
  const mode = bot.mode && (bot.mode === "JOIN_SPECIFIC_ROOM" && bot.roomWanted !== null ? `only ${bot.roomWanted}` : modes[bot.mode]);
  // Its status says that it records; whether it does so here and now, the segment tells.
  const status = recording ? "recording" : bot.statusCode === "in_call_recording" ? "in call" : words(bot.statusCode);
  const why = bot.statusCode === "fatal" && bot.statusSubCode !== null ? ` (${words(bot.statusSubCode)})` : "";
  return [status + why, mode].filter(Boolean).join(" · ");
}

const modes = {
  AUTO_ACCEPT_ALL_INVITES: "any room",
  JOIN_MAIN_ROOM: "stays in main",
  JOIN_SPECIFIC_ROOM: "one room",
  MANUAL: "as told",
  FOLLOW_PARTICIPANT: "follows",
};
