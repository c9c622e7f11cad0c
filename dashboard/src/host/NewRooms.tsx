import { useState } from "react";
import { useOrder } from "../api/useOrder";
import { CreateRoomsDocument, RecreateRoomsDocument } from "../gql/documents";
import { TextLines, Whole } from "../ui/Field";
import { Form } from "../ui/Form";
import styles from "./Host.module.css";

interface Props {
  meetingId: string;
  /** Whether they take the place of those that are there. */
  instead?: boolean;
  onDone?: () => void;
}

/** Makes rooms: some by their number, or each by its name. */
export function NewRooms({ meetingId, instead = false, onDone }: Props) {
  const orders = useOrder();
  const [number, setNumber] = useState(4);
  const [text, setText] = useState("");
  const names = text.split("\n").flatMap((line) => line.trim() || []);
  const submit = async () => {
    const input = { meetingId, ...(names.length > 0 ? { names } : { count: number }) };
    const done = instead ? await orders.give(RecreateRoomsDocument, input) : await orders.give(CreateRoomsDocument, input);
    if (done) onDone?.();
  };
  const made = names.length > 0 ? names.length : number;
  return (
    <Form act={`${instead ? "Make anew" : "Make"} ${Number.isNaN(made) ? "rooms" : made === 1 ? "1 room" : `${made} rooms`}`} orders={orders} onSubmit={() => void submit()}>
      <div className={styles.pair}>
        <Whole label="How many" hint="They are called Room 1 and so on." value={number} onChange={setNumber} min={1} max={500} />
        <TextLines label="Or their names" hint="One in a line." value={text} onChange={setText} rows={3} placeholder={"Ideas\nSketches"} />
      </div>
    </Form>
  );
}
