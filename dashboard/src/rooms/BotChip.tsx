import type { Bot } from "../meeting/state";
import { BotIcon } from "../ui/icons";
import { words } from "../ui/words";
import styles from "./Person.module.css";

interface BotProps {
  name: string;
  /** Null for a bot of somebody else. */
  bot: Bot | null;
  recording: boolean;
}

/** A bot that is not in the meeting. */
export function BotChip({ flip, ...body }: BotProps & { flip: string }) {
  return (
    <li className={styles.bot} data-flip={flip} data-failed={body.bot?.statusCode === "fatal" || undefined}>
      <BotBody {...body} />
    </li>
  );
}

/** A bot: its recording light, its name, what it does and its mode. */
export function BotBody({ name, bot, recording }: BotProps) {
  const status = bot ? statusOf(bot, recording) : "bot";
  return (
    <>
      <span className={styles.body} data-recording={recording || undefined}>
        <BotIcon size={17} />
      </span>
      <span className={styles.text}>
        <span className={styles.name}>
          <span className="heard">Bot </span>
          {name}
        </span>
        <span className={styles.status} title={status}>
          {status}
        </span>
      </span>
    </>
  );
}

/** What the bot does now, and its mode. */
export function statusOf(bot: Bot, recording: boolean): string {
  const mode = bot.mode && (bot.mode === "JOIN_SPECIFIC_ROOM" && bot.roomWanted !== null ? `only ${bot.roomWanted}` : modes[bot.mode]);
  // Its status says that it records; whether it does so here and now, the segment tells.
  const status = recording ? "recording" : bot.statusCode === "in_call_recording" ? "in call" : words(bot.statusCode);
  const why = bot.statusCode === "fatal" && bot.statusSubCode !== null ? ` (${words(bot.statusSubCode)})` : "";
  return [status + why, mode].filter(Boolean).join(" · ");
}

export const modes = {
  AUTO_ACCEPT_ALL_INVITES: "any room",
  JOIN_MAIN_ROOM: "stays in main",
  JOIN_SPECIFIC_ROOM: "one room",
  MANUAL: "as told",
  FOLLOW_PARTICIPANT: "follows",
};
