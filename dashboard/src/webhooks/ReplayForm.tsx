import { useState } from "react";
import { useOrder } from "../api/useOrder";
import { ReplayDocument, type ReplayMutationVariables } from "../gql/documents";
import { Choice, TextLine, Tick } from "../ui/Field";
import { Form } from "../ui/Form";
import { Panel } from "../ui/Panel";
import { count } from "../ui/words";
import styles from "./WebhooksPage.module.css";

interface Props {
  isOpen: boolean;
  endpointId: string;
  onClose: () => void;
}

/** Delivers events again: those since a cursor, or those of some time. */
export function ReplayForm({ isOpen, endpointId, onClose }: Props) {
  return (
    <Panel title="Deliver again" isOpen={isOpen} onClose={onClose}>
      <Fields endpointId={endpointId} />
    </Panel>
  );
}

const ways = [
  ["cursor", "What happened after an event"],
  ["time", "What happened within some time"],
] as const;

function Fields({ endpointId }: { endpointId: string }) {
  const orders = useOrder();
  const [way, setWay] = useState<(typeof ways)[number][0]>("cursor");
  const [after, setAfter] = useState("");
  const [meetingId, setMeetingId] = useState("");
  const [from, setFrom] = useState(() => localTime(Date.now() - 3_600_000));
  const [to, setTo] = useState(() => localTime(Date.now()));
  const [undeliveredOnly, setUndeliveredOnly] = useState(true);
  const [delivered, setDelivered] = useState<number | null>(null);
  const send = async () => {
    const which: ReplayMutationVariables["input"] =
      way === "cursor" ? { after: after.trim() } : { from: new Date(from).toISOString(), to: new Date(to).toISOString(), meetingId: meetingId.trim() || null };
    const answer = await orders.tell(ReplayDocument, { endpointId, undeliveredOnly, ...which });
    setDelivered(answer?.replayDeliveries.count ?? null);
  };
  const complete = way === "cursor" ? after.trim() !== "" : from !== "" && to !== "";
  return (
    <Form act="Deliver again" orders={orders} onSubmit={() => void send()} isDisabled={!complete}>
      <Choice label="What" value={way} onChange={setWay} of={ways} />
      {way === "cursor" ? (
        <TextLine label="After the event with this cursor" hint="The events’ page shows it and copies it." value={after} onChange={setAfter} required />
      ) : (
        <>
          <Time label="From" value={from} onChange={setFrom} />
          <Time label="Until" value={to} onChange={setTo} />
          <TextLine label="Only of one meeting" value={meetingId} onChange={setMeetingId} />
        </>
      )}
      <Tick label="Leave out what was delivered" value={undeliveredOnly} onChange={setUndeliveredOnly} />
      <p role="status" className={styles.said}>
        {delivered !== null && (delivered === 0 ? "There is nothing to deliver again." : `${count(delivered, "message is", "messages are")} on the way.`)}
      </p>
    </Form>
  );
}

function Time({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  return (
    <label className={styles.time}>
      {label}
      <input type="datetime-local" step={1} value={value} onChange={(event) => onChange(event.target.value)} required />
    </label>
  );
}

/** A moment as a field for times has it: in the time zone of the machine, without naming it. */
function localTime(moment: number): string {
  const at = new Date(moment);
  return new Date(moment - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}
