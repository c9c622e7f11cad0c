import { useEffect } from "react";
import { useOrder } from "../api/useOrder";
import { ExchangeParticipantsDocument } from "../gql/documents";
import type { Meeting } from "../meeting/state";
import { Button } from "../ui/Button";
import { Refusals } from "../ui/Refusals";
import { count } from "../ui/words";
import styles from "./Host.module.css";
import { useHosting } from "./hosting";
import { RoomPicker } from "./RoomPicker";

const nobody: ReadonlySet<string> = new Set();

/** What can be done with the people that are chosen. */
export function SelectionBar({ meeting }: { meeting: Meeting }) {
  const { chosen, choose, send } = useHosting();
  const orders = useOrder();
  const ids = [...chosen].filter((id) => meeting.participants.has(id));
  const { clear } = orders;
  useEffect(clear, [clear, chosen]);
  if (ids.length === 0) return null;
  const names = ids.map((id) => meeting.participants.get(id)?.name);
  const exchange = async () => {
    if (await orders.give(ExchangeParticipantsDocument, { meetingId: meeting.id, participantIds: ids })) choose(nobody);
  };
  return (
    <div className={styles.selection} role="region" aria-label="Chosen people">
      <b>{ids.length <= 2 ? names.join(" and ") : count(ids.length, "person", "people")}</b>
      <RoomPicker rooms={meeting.rooms} onPick={(room) => send(ids, room)} button={<Button kind="primary">Send to …</Button>} />
      {ids.length === 2 && (
        <Button onPress={() => void exchange()} isPending={orders.busy}>
          Exchange
        </Button>
      )}
      <Button kind="quiet" onPress={() => choose(nobody)}>
        Choose nobody
      </Button>
      <Refusals of={orders.refusals} />
    </div>
  );
}
