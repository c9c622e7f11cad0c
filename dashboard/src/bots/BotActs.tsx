import { useMay } from "../access/viewer";
import { useOrder } from "../api/useOrder";
import { DeleteBotDocument, MoveBotDocument, PauseRecordingDocument, RemoveBotDocument, ResumeRecordingDocument } from "../gql/documents";
import { RoomPicker } from "../host/RoomPicker";
import type { Bot, Meeting } from "../meeting/state";
import { Button } from "../ui/Button";
import { DownIcon } from "../ui/icons";
import { Menu } from "../ui/Menu";
import { Refusals } from "../ui/Refusals";
import styles from "./Bots.module.css";

/** Codes of a life that is over. */
const over = new Set(["call_ended", "done", "fatal", "media_expired"]);

/** What can be done with a bot. */
export function BotActs({ bot, meeting }: { bot: Bot; meeting: Meeting }) {
  const may = useMay("CONTROL");
  const orders = useOrder();
  const botId = bot.id;
  if (!may || over.has(bot.statusCode)) return null;
  if (bot.statusCode === "scheduled")
    return (
      <span className={styles.acts}>
        <Button kind="danger" onPress={() => void orders.tell(DeleteBotDocument, { botId })} isPending={orders.busy} aria-label={`Take back ${bot.name}`}>
          Take back
        </Button>
        <Refusals of={orders.refusals} />
      </span>
    );
  return (
    <span className={styles.acts}>
      <RoomPicker
        rooms={meeting.rooms}
        button={<Button aria-label={`Move to … (${bot.name})`}>Move to …</Button>}
        onPick={(room) => void orders.tell(MoveBotDocument, { botId, roomId: room.kind === "MAIN" ? meeting.id : room.id })}
      />
      <Menu
        label={`What to do with ${bot.name}`}
        button={
          <Button aria-label={`Recording of ${bot.name}`}>
            Recording <DownIcon />
          </Button>
        }
        acts={[
          { id: "pause", text: "Pause", detail: "Until it is told to go on", run: () => void orders.tell(PauseRecordingDocument, { botId }) },
          { id: "resume", text: "Go on", run: () => void orders.tell(ResumeRecordingDocument, { botId }) },
        ]}
      />
      <Button kind="danger" onPress={() => void orders.tell(RemoveBotDocument, { botId })} isPending={orders.busy} aria-label={`Remove ${bot.name}`}>
        Remove
      </Button>
      <Refusals of={orders.refusals} />
    </span>
  );
}
