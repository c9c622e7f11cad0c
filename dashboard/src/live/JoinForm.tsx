import { useState } from "react";
import type { Refusal } from "../api/order";
import { useOrder } from "../api/useOrder";
import { CreateGuestLinkDocument } from "../gql/documents";
import { Choice, TextLine } from "../ui/Field";
import { Form } from "../ui/Form";
import { none, openDevices, useDevices, whichever } from "./devices";
import { useLive } from "./live";

/** Who comes, and with which microphone and camera. */
export function JoinForm({ meetingId }: { meetingId: string }) {
  const { join } = useLive();
  const orders = useOrder();
  const { microphones, cameras } = useDevices();
  const [name, setName] = useState("");
  const [microphone, setMicrophone] = useState(whichever);
  const [camera, setCamera] = useState(none);
  const [trouble, setTrouble] = useState<string | null>(null);
  const submit = async () => {
    setTrouble(null);
    const made = await orders.tell(CreateGuestLinkDocument, { meetingId, name: name.trim() });
    const link = made?.createGuestLink.link?.url;
    if (link === undefined) return;
    await openDevices(microphone, camera).then(
      (stream) => join({ name: name.trim(), link, stream }),
      (error: unknown) => setTrouble((error as Error).message),
    );
  };
  const refusals: readonly Refusal[] = trouble === null ? orders.refusals : [{ code: "NO_DEVICE", message: trouble, path: [] }];
  return (
    <Form act="Join" orders={{ ...orders, refusals }} onSubmit={() => void submit()} isDisabled={microphone === none && camera === none}>
      <TextLine label="Your name" hint="Everybody in the meeting sees it." value={name} onChange={setName} maxLength={100} required />
      <Choice label="Microphone" value={microphone} onChange={setMicrophone} of={[[whichever, "As the browser chooses"], ...microphones, [none, "None"]]} />
      <Choice label="Camera" value={camera} onChange={setCamera} of={[[none, "None"], [whichever, "As the browser chooses"], ...cameras]} />
    </Form>
  );
}
