import { memo, useState } from "react";
import { Button } from "react-aria-components";
import { useOrder } from "../api/useOrder";
import { CloseRoomDocument, DeleteRoomDocument, MuteRoomDocument, OpenRoomDocument, RenameRoomDocument } from "../gql/documents";
import type { Room } from "../meeting/state";
import { TextLine } from "../ui/Field";
import { Form } from "../ui/Form";
import { MoreIcon } from "../ui/icons";
import { Menu, type Act } from "../ui/Menu";
import { Panel } from "../ui/Panel";
import { Refusals } from "../ui/Refusals";
import styles from "./Host.module.css";
import { useHosting } from "./hosting";

/** What a host can do with one room. */
export const RoomMenu = memo(function RoomMenu({ room }: { room: Room }) {
  const { may } = useHosting();
  const orders = useOrder();
  const [renames, setRenames] = useState(false);
  if (!may) return null;
  const roomId = room.id;
  const open = room.state === "OPEN" || room.state === "CLOSING";
  const mute: Act = { id: "mute", text: "Mute everybody", detail: "Hosts apart", run: () => void orders.give(MuteRoomDocument, { roomId }) };
  const acts: Act[] =
    room.kind === "MAIN"
      ? [mute]
      : [
          { id: "rename", text: "Rename…", run: () => setRenames(true) },
          ...(open
            ? [
                { id: "close", text: "Close after the countdown", run: () => void orders.give(CloseRoomDocument, { roomId }) },
                { id: "closeNow", text: "Close at once", run: () => void orders.give(CloseRoomDocument, { roomId, countdownSeconds: 0 }) },
                mute,
              ]
            : [{ id: "open", text: "Open this room", run: () => void orders.give(OpenRoomDocument, { roomId }) }]),
          { id: "delete", text: "Delete", danger: true, run: () => void orders.give(DeleteRoomDocument, { roomId }) },
        ];
  return (
    <>
      <Menu
        label={`What to do with ${room.name}`}
        acts={acts}
        button={
          <Button className={styles.more ?? ""} aria-label={`What to do with ${room.name}`}>
            <MoreIcon />
          </Button>
        }
      />
      {orders.refusals.length > 0 && (
        <div className={styles.below}>
          <Refusals of={orders.refusals} />
        </div>
      )}
      <Panel title={`Rename ${room.name}`} isOpen={renames} onClose={() => setRenames(false)}>
        <Rename room={room} onDone={() => setRenames(false)} />
      </Panel>
    </>
  );
});

function Rename({ room, onDone }: { room: Room; onDone: () => void }) {
  const orders = useOrder();
  const [name, setName] = useState(room.name);
  const submit = async () => {
    if (await orders.give(RenameRoomDocument, { roomId: room.id, name: name.trim() })) onDone();
  };
  return (
    <Form act="Rename" orders={orders} onSubmit={() => void submit()}>
      <TextLine label="Name" value={name} onChange={setName} required />
    </Form>
  );
}
