import { useState } from "react";
import { Button as Pressed } from "react-aria-components";
import { useOrder } from "../api/useOrder";
import { Copy } from "../events/Copy";
import { DeleteEndpointDocument, RotateSecretDocument, SendTestDocument, UpdateEndpointDocument, type EndpointPartsFragment } from "../gql/documents";
import { addressOfPage, go, useParameter } from "../app/route";
import { Button } from "../ui/Button";
import { ListIcon } from "../ui/icons";
import { Menu } from "../ui/Menu";
import { Panel } from "../ui/Panel";
import { Refusals } from "../ui/Refusals";
import { moment } from "../ui/time";
import { Deliveries } from "./Deliveries";
import { DeliveryView } from "./DeliveryView";
import { EndpointForm } from "./EndpointForm";
import styles from "./EndpointView.module.css";
import { ReplayForm } from "./ReplayForm";
import { conditionOf, filterOf, formats } from "./words";

interface Props {
  endpoint: EndpointPartsFragment;
  onChanged: () => void;
  onSecret: (secret: string) => void;
}

/** What is asked before it is done. */
type Asked = "change" | "replay" | "rotate" | "delete" | null;

/** One endpoint: what it is sent, what can be done with it, and its deliveries. */
export function EndpointView({ endpoint, onChanged, onSecret }: Props) {
  const orders = useOrder();
  const [asked, setAsked] = useState<Asked>(null);
  const delivery = useParameter("delivery");
  const id = endpoint.id;
  const show = (deliveryId: string | null) => go(addressOfPage("webhooks", { endpoint: id, ...(deliveryId !== null && { delivery: deliveryId }) }));
  const test = async () => {
    const sent = await orders.tell(SendTestDocument, { endpointId: id });
    if (sent?.sendTestEvent.delivery) show(sent.sendTestEvent.delivery.id);
  };
  const enable = async () => {
    if (await orders.tell(UpdateEndpointDocument, { endpointId: id, enabled: !endpoint.enabled })) onChanged();
  };
  const rotate = async () => {
    const secret = (await orders.tell(RotateSecretDocument, { endpointId: id }))?.rotateWebhookSecret.secret;
    setAsked(null);
    if (secret) onSecret(secret);
  };
  const remove = async () => {
    if (!(await orders.tell(DeleteEndpointDocument, { endpointId: id }))) return;
    onChanged();
    go(addressOfPage("webhooks"));
  };
  const done = () => {
    setAsked(null);
    onChanged();
  };

  return (
    <section className={styles.endpoint} aria-label="Endpoint">
      <header className={styles.header}>
        <div className={styles.what}>
          <h2>{endpoint.description === "" ? "Endpoint" : endpoint.description}</h2>
          <code>{endpoint.url}</code>
        </div>
        <div className={styles.acts}>
          <Button kind="primary" onPress={() => void test()} isPending={orders.busy}>
            Send a test event
          </Button>
          <Button onPress={() => setAsked("change")}>Change</Button>
          <Menu
            button={
              <Pressed className={styles.more ?? ""} aria-label="More to do">
                <ListIcon />
              </Pressed>
            }
            label="More to do"
            acts={[
              { id: "replay", text: "Deliver again…", detail: "what happened since a cursor, or within some time", run: () => setAsked("replay") },
              { id: "rotate", text: "New secret…", detail: "the one before signs too for 24 hours", run: () => setAsked("rotate") },
              { id: "enable", text: endpoint.enabled ? "Disable" : "Enable", detail: endpoint.enabled ? "what happens meanwhile can be delivered later" : "what waited is sent now", run: () => void enable() },
              { id: "delete", text: "Delete…", detail: "with its secrets and deliveries", danger: true, run: () => setAsked("delete") },
            ]}
          />
        </div>
      </header>
      <Refusals of={orders.refusals} />
      <Facts endpoint={endpoint} />
      {delivery === null ? <Deliveries endpointId={id} onOpen={show} /> : <DeliveryView key={delivery} id={delivery} onBack={() => show(null)} />}
      <EndpointForm isOpen={asked === "change"} endpoint={endpoint} onClose={() => setAsked(null)} onDone={done} />
      <ReplayForm isOpen={asked === "replay"} endpointId={id} onClose={() => setAsked(null)} />
      <Question title="Give it a new secret?" act="Make a new secret" isOpen={asked === "rotate"} onClose={() => setAsked(null)} onYes={() => void rotate()}>
        Messages are signed by the secret before too for 24 hours: put the new one into your server within that time. It is shown once.
      </Question>
      <Question title="Delete the endpoint?" act="Delete it" isOpen={asked === "delete"} onClose={() => setAsked(null)} onYes={() => void remove()}>
        Nothing is sent to {endpoint.url} any more, and what is known of its deliveries is gone. To stop for a while, disable it instead.
      </Question>
    </section>
  );
}

function Facts({ endpoint }: { endpoint: EndpointPartsFragment }) {
  const { state, text } = conditionOf(endpoint);
  return (
    <dl className={styles.facts}>
      <Fact name="State">
        <span className={styles.state} data-state={state}>
          {text}
        </span>
      </Fact>
      <Fact name="Is sent">{filterOf(endpoint)}</Fact>
      <Fact name="Shape">{formats.find(([format]) => format === endpoint.format)?.[1]}</Fact>
      <Fact name="Signed by">
        {endpoint.publicKey === null ? "a secret, HMAC-SHA256" : "a key pair, ed25519"}
        {endpoint.publicKey !== null && <Copy what="public key" text={endpoint.publicKey} />}
      </Fact>
      <Fact name="Order">{endpoint.ordered ? "a meeting’s events one after another" : "several at a time"}</Fact>
      <Fact name="Since">{moment(endpoint.createdAt)}</Fact>
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

interface QuestionProps {
  title: string;
  act: string;
  isOpen: boolean;
  onClose: () => void;
  onYes: () => void;
  children: React.ReactNode;
}

/** Asks before something that can't be undone. */
function Question({ title, act, isOpen, onClose, onYes, children }: QuestionProps) {
  return (
    <Panel title={title} isOpen={isOpen} onClose={onClose}>
      <p className={styles.question}>{children}</p>
      <div className={styles.acts}>
        <Button kind="danger" onPress={onYes}>
          {act}
        </Button>
        <Button onPress={onClose}>Leave it as it is</Button>
      </div>
    </Panel>
  );
}
