import { useCallback, useState } from "react";
import { ToggleButton, ToggleButtonGroup } from "react-aria-components";
import { ask } from "../api/ask";
import { useConnection } from "../api/connection";
import { DeliveriesDocument, type DeliveryRowFragment, type DeliveryState } from "../gql/documents";
import { clock, moment } from "../ui/time";
import { count, words } from "../ui/words";
import { Button } from "../ui/Button";
import styles from "./Deliveries.module.css";
import { usePolled } from "./usePolled";
import { stateWords } from "./words";

const states: readonly (readonly [DeliveryState | "ALL", string])[] = [
  ["ALL", "All"],
  ["WAITING", "Waiting"],
  ["DELIVERED", "Delivered"],
  ["FAILED", "Failed"],
];

/** How many deliveries are read at first, and how many are read at once at most. */
const [step, most] = [25, 100];

/** What an endpoint was sent, newest first. */
export function Deliveries({ endpointId, onOpen }: { endpointId: string; onOpen: (id: string) => void }) {
  const { api } = useConnection();
  const [state, setState] = useState<DeliveryState | "ALL">("ALL");
  const [first, setFirst] = useState(step);
  const read = useCallback(() => ask(api, DeliveriesDocument, { endpointId, state: state === "ALL" ? null : state, first }), [api, endpointId, state, first]);
  const { value, error } = usePolled(read);
  const rows = value?.deliveries.nodes;
  return (
    <section aria-label="Deliveries" className={styles.deliveries}>
      <header className={styles.header}>
        <h3>Deliveries</h3>
        <ToggleButtonGroup className={styles.states} aria-label="In which state" disallowEmptySelection selectedKeys={[state]} onSelectionChange={([key]) => setState(states.find(([id]) => id === key)?.[0] ?? "ALL")}>
          {states.map(([id, text]) => (
            <ToggleButton key={id} id={id}>
              {text}
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
      </header>
      {error !== null && (
        <p role="alert" className={styles.none}>
          {error}
        </p>
      )}
      {rows?.length === 0 && <p className={styles.none}>{state === "ALL" ? "Nothing was sent yet. What happens from now on is; a test event shows at once whether your server takes it." : "No delivery is in that state."}</p>}
      <ol>
        {rows?.map((row) => (
          <Row key={row.id} row={row} onOpen={onOpen} />
        ))}
      </ol>
      {value?.deliveries.pageInfo.hasNextPage && first < most && (
        <div className={styles.more}>
          <Button kind="quiet" onPress={() => setFirst(Math.min(most, first + step))}>
            Older deliveries
          </Button>
        </div>
      )}
    </section>
  );
}

function Row({ row, onOpen }: { row: DeliveryRowFragment; onOpen: (id: string) => void }) {
  return (
    <li>
      <button type="button" className={styles.row} data-state={row.state} onClick={() => onOpen(row.id)}>
        <span className={styles.state} data-state={row.state}>
          {stateWords[row.state]}
        </span>
        <b>{row.type.includes(".") ? row.type : words(row.type)}</b>
        <span className={styles.of}>{row.sequence === null ? "test" : `#${row.sequence}`}</span>
        <span className={styles.tries}>{row.nextAttemptAt !== null && row.attemptCount > 0 ? `again at ${clock(row.nextAttemptAt)}` : count(row.attemptCount, "attempt")}</span>
        <time dateTime={row.createdAt}>{moment(row.createdAt)}</time>
      </button>
    </li>
  );
}
