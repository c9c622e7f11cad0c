import { useMemo, useState } from "react";
import { NoScope } from "../access/NoScope";
import { useMay } from "../access/viewer";
import type { MeetingViewProps } from "../app/places";
import { useParameter } from "../app/route";
import { withRoomName } from "../rooms/placed";
import { Button } from "../ui/Button";
import { Panel } from "../ui/Panel";
import { BotPage } from "./BotPage";
import { BotRow } from "./BotRow";
import styles from "./Bots.module.css";
import { CoverRooms } from "./CoverRooms";
import { SendBot } from "./SendBot";

/** The bots of a meeting, or the one that the address names. */
export function BotsView(props: MeetingViewProps) {
  const id = useParameter("bot");
  const bot = id === null ? undefined : props.meeting.bots.get(id);
  return bot ? <BotPage key={bot.id} bot={bot} {...props} /> : <AllBots {...props} />;
}

function AllBots({ meeting }: MeetingViewProps) {
  const { bots, rooms, segments } = meeting;
  const may = useMay("CONTROL");
  const [panel, setPanel] = useState<"send" | "cover" | null>(null);
  const recording = useMemo(() => new Set([...segments.values()].filter((one) => one.state === "RECORDING").map((one) => one.botId)), [segments]);
  const close = () => setPanel(null);
  return (
    <div className={styles.view}>
      {may && meeting.endedAt === null && (
        <div className={styles.acts}>
          <Button kind="primary" onPress={() => setPanel("send")}>
            Send a bot…
          </Button>
          <Button onPress={() => setPanel("cover")}>Cover all rooms…</Button>
        </div>
      )}
      {!may && meeting.endedAt === null && <NoScope scope="CONTROL" what="send bots" />}
      {bots.size === 0 ? (
        <p className={styles.none}>{meeting.endedAt === null ? "No bot was sent yet. Send one, or have bots cover all rooms: they record every room that is open." : "No bot was in this meeting."}</p>
      ) : (
        <ul className={styles.list} aria-label="Bots">
          {[...bots.values()].map((bot) => (
            <BotRow key={bot.id} bot={withRoomName(bot, rooms)} meeting={meeting} recording={recording.has(bot.id)} />
          ))}
        </ul>
      )}
      <Panel title="Send a bot" isOpen={panel === "send"} onClose={close}>
        <SendBot meeting={meeting} onDone={close} />
      </Panel>
      <Panel title="Cover all rooms" isOpen={panel === "cover"} onClose={close}>
        <CoverRooms meetingId={meeting.id} onDone={close} />
      </Panel>
    </div>
  );
}
