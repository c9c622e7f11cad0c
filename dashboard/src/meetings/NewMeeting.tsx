import { useState } from "react";
import { NoScope } from "../access/NoScope";
import { useMay } from "../access/viewer";
import { useOrder } from "../api/useOrder";
import { addressOf, go } from "../app/route";
import { CreateMeetingDocument, type Persona } from "../gql/documents";
import { Choice, TextLine } from "../ui/Field";
import { Form } from "../ui/Form";

const personas: readonly (readonly [Persona, string])[] = [
  ["IDEAL", "Everything that any platform offers"],
  ["ZOOM", "Zoom"],
  ["DIGITAL_SAMBA", "Digital Samba"],
  ["REALTIMEKIT", "Cloudflare RealtimeKit"],
  ["LIVEKIT", "LiveKit"],
];

/** Opens a meeting, and its view. */
export function NewMeeting({ onDone }: { onDone?: () => void }) {
  const may = useMay("CONTROL");
  const orders = useOrder();
  const [title, setTitle] = useState("");
  const [persona, setPersona] = useState<Persona>("IDEAL");
  if (!may) return <NoScope scope="CONTROL" what="open meetings" />;
  const submit = async () => {
    const done = await orders.give(CreateMeetingDocument, { title: title.trim(), persona });
    if (!done?.createMeeting.meeting) return;
    go(addressOf(done.createMeeting.meeting.id));
    onDone?.();
  };
  return (
    <Form act="Open the meeting" orders={orders} onSubmit={() => void submit()} isDisabled={title.trim() === ""}>
      <TextLine label="Title" value={title} onChange={setTitle} maxLength={100} required />
      <Choice label="As on" hint="Whose limits and offers the simulated meeting has." value={persona} onChange={setPersona} of={personas} />
    </Form>
  );
}
