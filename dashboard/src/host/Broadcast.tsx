import { useState } from "react";
import { useOrder } from "../api/useOrder";
import { BroadcastDocument } from "../gql/documents";
import type { Meeting } from "../meeting/state";
import { Choice, TextLines } from "../ui/Field";
import { Form } from "../ui/Form";

/** Says something in writing to all rooms, or to one. */
export function Broadcast({ meeting, onDone }: { meeting: Meeting; onDone: () => void }) {
  const orders = useOrder();
  const [text, setText] = useState("");
  const [roomId, setRoomId] = useState("");
  const open = [...meeting.rooms.values()].filter((room) => room.kind === "BREAKOUT" && room.state !== "PREPARED" && room.state !== "CLOSED");
  const submit = async () => {
    if (await orders.give(BroadcastDocument, { meetingId: meeting.id, text, roomIds: roomId === "" ? null : [roomId] })) onDone();
  };
  return (
    <Form act="Say it" orders={orders} onSubmit={() => void submit()} isDisabled={text.trim() === ""}>
      <TextLines label="Message" value={text} onChange={setText} rows={3} maxLength={1000} />
      <Choice label="To" value={roomId} onChange={setRoomId} of={[["", "All open rooms"], ...open.map((room) => [room.id, room.name] as const)]} />
    </Form>
  );
}
