import { useState } from "react";
import { useOrder } from "../api/useOrder";
import { CoverRoomsDocument, StopCoveringDocument, type VideoChoice } from "../gql/documents";
import { Button } from "../ui/Button";
import { Choice, TextLine, Whole } from "../ui/Field";
import { Form } from "../ui/Form";
import styles from "./Bots.module.css";

/** Has bots cover all rooms, or no longer. */
export function CoverRooms({ meetingId, onDone }: { meetingId: string; onDone: () => void }) {
  const orders = useOrder();
  const [maxBots, setMaxBots] = useState(50);
  const [dwellSeconds, setDwellSeconds] = useState(0);
  const [name, setName] = useState("BreakoutBot-{n}");
  const [video, setVideo] = useState<VideoChoice>("NONE");
  const submit = async () => {
    if (await orders.tell(CoverRoomsDocument, { meetingId, maxBots, dwellSeconds, name, video })) onDone();
  };
  const stop = async () => {
    if (await orders.tell(StopCoveringDocument, { meetingId })) onDone();
  };
  return (
    <Form act="Cover the rooms" orders={orders} onSubmit={() => void submit()}>
      <p className={styles.note}>One bot goes to every open room and records it, from round to round; as many as needed, up to the number that you allow.</p>
      <div className={styles.pair}>
        <Whole label="Bots at most" value={maxBots} onChange={setMaxBots} min={1} max={500} />
        <Whole label="With too few bots: stay, seconds" hint="0 to stay for good." value={dwellSeconds} onChange={setDwellSeconds} min={0} max={86400} />
        <TextLine label="Name" hint="{n} is the number, {room} the room." value={name} onChange={setName} required />
        <Choice
          label="Video"
          value={video}
          onChange={setVideo}
          of={[
            ["NONE", "voices only"],
            ["CAMERAS", "cameras"],
            ["SCREENS", "screens"],
            ["ALL", "cameras and screens"],
          ]}
        />
      </div>
      <div>
        <Button kind="danger" onPress={() => void stop()}>
          Stop covering
        </Button>
      </div>
    </Form>
  );
}
