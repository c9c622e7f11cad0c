import { useState } from "react";
import { useOrder, type Orders } from "../api/useOrder";
import { TypePicker } from "../events/TypePicker";
import {
  CreateEndpointDocument,
  UpdateEndpointDocument,
  type CreateEndpointMutationVariables,
  type EndpointPartsFragment,
  type EventType,
  type UpdateEndpointMutationVariables,
} from "../gql/documents";
import { Choice, TextLine, TextLines, Tick } from "../ui/Field";
import { Form } from "../ui/Form";
import { Panel } from "../ui/Panel";
import styles from "./WebhooksPage.module.css";
import { formats, signings } from "./words";

interface Props {
  isOpen: boolean;
  /** The one to change; null to make one. */
  endpoint: EndpointPartsFragment | null;
  onClose: () => void;
  /** Told the endpoint's id and, of a new one, its secret. */
  onDone: (id: string, secret: string | null) => void;
}

/** Makes an endpoint or changes one: where it is, which events it is sent, and in which shape. */
export function EndpointForm({ isOpen, endpoint, onClose, onDone }: Props) {
  return (
    <Panel title={endpoint ? "Change the endpoint" : "New endpoint"} isOpen={isOpen} onClose={onClose}>
      <Fields endpoint={endpoint} onDone={onDone} />
    </Panel>
  );
}

function Fields({ endpoint, onDone }: Pick<Props, "endpoint" | "onDone">) {
  const orders = useOrder();
  const [url, setURL] = useState(endpoint?.url ?? "");
  const [description, setDescription] = useState(endpoint?.description ?? "");
  const [eventTypes, setEventTypes] = useState<EventType[]>(endpoint?.eventTypes ?? []);
  const [meetingId, setMeetingId] = useState(endpoint?.meetingId ?? "");
  const [metadata, setMetadata] = useState(endpoint?.metadata.map(({ key, value }) => `${key}=${value}`).join("\n") ?? "");
  const [format, setFormat] = useState(endpoint?.format ?? "EVENT");
  const [signing, setSigning] = useState(endpoint?.signing ?? "HMAC_SHA256");
  const [ordered, setOrdered] = useState(endpoint?.ordered ?? false);
  const [svixHeaders, setSvixHeaders] = useState(endpoint?.svixHeaders ?? false);
  const send = async () => {
    const said = { url: url.trim(), description: description.trim(), eventTypes, metadata: entriesOf(metadata), format, ordered, svixHeaders };
    const done = endpoint ? await change(orders, { ...said, endpointId: endpoint.id, meetingId: meetingId.trim() }) : await make(orders, { ...said, signing, meetingId: meetingId.trim() || null });
    if (done) onDone(done.id, done.secret);
  };
  return (
    <Form act={endpoint ? "Change" : "Make it"} orders={orders} onSubmit={() => void send()} isDisabled={url.trim() === ""}>
      <TextLine label="Address" hint="https:// or http://, and public unless the server’s owner allows others." value={url} onChange={setURL} required placeholder="https://example.org/events" maxLength={2000} />
      <TextLine label="Note" hint="For people." value={description} onChange={setDescription} maxLength={500} />
      <div className={styles.types}>
        <span>Which events</span>
        <TypePicker chosen={eventTypes} onChange={setEventTypes} />
      </div>
      <TextLine label="Only of one meeting" hint="Its id, such as mtg_…; those of all, when it is empty." value={meetingId} onChange={setMeetingId} />
      <TextLines label="Only of bots with this metadata" hint="An entry a line, such as course=7." value={metadata} onChange={setMetadata} rows={2} />
      <Choice label="Shape" value={format} onChange={setFormat} of={formats} />
      {!endpoint && <Choice label="Signed by" value={signing} onChange={setSigning} of={signings} />}
      <Tick label="In order" hint="What is not taken holds back what comes after it in its meeting." value={ordered} onChange={setOrdered} />
      <Tick label="Svix’s headers too" value={svixHeaders} onChange={setSvixHeaders} />
    </Form>
  );
}

/** Entries of lines such as `course=7`. What has no equals sign is a key with an empty value: the server says what is wrong with it. */
function entriesOf(text: string): { key: string; value: string }[] {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const [key = "", ...value] = line.split("=");
      return { key: key.trim(), value: value.join("=").trim() };
    });
}

type Made = CreateEndpointMutationVariables["input"];
type Changed = UpdateEndpointMutationVariables["input"];

async function make(orders: Orders, input: Made): Promise<{ id: string; secret: string | null } | null> {
  const payload = (await orders.give(CreateEndpointDocument, input))?.createWebhookEndpoint;
  return payload?.endpoint ? { id: payload.endpoint.id, secret: payload.secret } : null;
}

async function change(orders: Orders, input: Changed): Promise<{ id: string; secret: null } | null> {
  const payload = (await orders.tell(UpdateEndpointDocument, input))?.updateWebhookEndpoint;
  return payload?.endpoint ? { id: payload.endpoint.id, secret: null } : null;
}
