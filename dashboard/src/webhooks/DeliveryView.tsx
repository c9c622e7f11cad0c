import { useCallback } from "react";
import { ask } from "../api/ask";
import { useConnection } from "../api/connection";
import { useOrder } from "../api/useOrder";
import { Copy } from "../events/Copy";
import { DeliveryDocument, ReplayDocument, type DeliveryQuery } from "../gql/documents";
import { BackIcon } from "../recordings/icons";
import { Button } from "../ui/Button";
import { Refusals } from "../ui/Refusals";
import { clock } from "../ui/time";
import { count } from "../ui/words";
import { Attempt } from "./Attempt";
import styles from "./Deliveries.module.css";
import { usePolled } from "./usePolled";
import { stateWords } from "./words";

export type WholeDelivery = Extract<NonNullable<DeliveryQuery["node"]>, { __typename: "Delivery" }>;

/** One message: what it says, and every attempt to deliver it. */
export function DeliveryView({ id, onBack }: { id: string; onBack: () => void }) {
  const { api } = useConnection();
  const orders = useOrder();
  const read = useCallback(async () => {
    const { node } = await ask(api, DeliveryDocument, { id });
    if (node?.__typename !== "Delivery") throw new Error("The delivery is not there any more: they are kept for 30 days.");
    return node;
  }, [api, id]);
  const { value: delivery, error, refresh } = usePolled(read);
  const replay = async () => {
    if (await orders.tell(ReplayDocument, { deliveryId: id })) refresh();
  };
  return (
    <section aria-label="Delivery" className={styles.deliveries}>
      <header className={styles.header}>
        <Button kind="quiet" onPress={onBack}>
          <BackIcon size={14} /> All deliveries
        </Button>
        <Button onPress={() => void replay()} isPending={orders.busy}>
          Deliver it again
        </Button>
      </header>
      <Refusals of={orders.refusals} />
      {error !== null && <p className={styles.none}>{error}</p>}
      {delivery && <Whole delivery={delivery} />}
    </section>
  );
}

function Whole({ delivery }: { delivery: WholeDelivery }) {
  const attempts = delivery.attempts.nodes;
  return (
    <div className={styles.whole}>
      <div className={styles.title}>
        <h3>{delivery.type}</h3>
        <span className={styles.state} data-state={delivery.state}>
          {stateWords[delivery.state]}
        </span>
        <code>{delivery.id}</code>
      </div>
      <details>
        <summary>What is sent</summary>
        <Copy what="body" text={delivery.body} />
        <Body text={delivery.body} />
      </details>
      <h4>{count(attempts.length, "attempt")}</h4>
      {delivery.nextAttemptAt !== null && <p className={styles.next}>{attempts.length === 0 ? "It is on its way." : `It is tried again at ${clock(delivery.nextAttemptAt)}.`}</p>}
      <ol className={styles.attempts}>
        {attempts.toReversed().map((attempt) => (
          <Attempt key={attempt.id} attempt={attempt} />
        ))}
      </ol>
    </div>
  );
}

/** JSON laid out to be read; anything else as it is. */
export function Body({ text }: { text: string }) {
  let shown = text;
  try {
    shown = JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    // a receiver may answer anything
  }
  return (
    // Scrolls by keyboard, so it can be reached by keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- see above
    <pre className={styles.body} tabIndex={0} role="region" aria-label="Body">
      <code>{shown}</code>
    </pre>
  );
}
