import type { Client } from "@urql/core";
import { useCallback, useRef, useState } from "react";
import { ToggleButton, ToggleButtonGroup } from "react-aria-components";
import { ask } from "../api/ask";
import { useConnection } from "../api/connection";
import { DeliveriesDocument, type DeliveriesQuery, type DeliveryRowFragment, type DeliveryState } from "../gql/documents";
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

/** How many deliveries are read at first, how many more each time, and how many are read at once at most. */
const [few, step, most] = [25, 100, 100];

/** What an endpoint was sent, newest first. */
export function Deliveries({ endpointId, onOpen }: { endpointId: string; onOpen: (id: string) => void }) {
  const { api } = useConnection();
  const [state, setState] = useState<DeliveryState | "ALL">("ALL");
  const wanted = useRef(few);
  const read = useCallback(() => readDeliveries(api, { endpointId, state: state === "ALL" ? null : state }, wanted.current), [api, endpointId, state]);
  const { value, error, refresh } = usePolled(read);
  const rows = value?.rows;
  const choose = (chosen: unknown) => {
    wanted.current = few;
    setState(states.find(([id]) => id === chosen)?.[0] ?? "ALL");
  };
  const older = () => {
    wanted.current += step;
    refresh();
  };
  return (
    <section aria-label="Deliveries" className={styles.deliveries}>
      <header className={styles.header}>
        <h3>Deliveries</h3>
        <ToggleButtonGroup className={styles.states} aria-label="In which state" disallowEmptySelection selectedKeys={[state]} onSelectionChange={([key]) => choose(key)}>
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
      {value?.hasMore && (
        <div className={styles.more}>
          <span>{count(value.rows.length, "delivery", "deliveries")} so far</span>
          <Button kind="quiet" onPress={older}>
            Older deliveries
          </Button>
        </div>
      )}
    </section>
  );
}

/** Reads so many deliveries, or all that there are, page by page. */
async function readDeliveries(api: Client, of: { endpointId: string; state: DeliveryState | null }, wanted: number): Promise<{ rows: DeliveryRowFragment[]; hasMore: boolean }> {
  const rows: DeliveryRowFragment[] = [];
  for (let after: string | null = null; ; ) {
    const read: DeliveriesQuery = await ask(api, DeliveriesDocument, { ...of, after, first: Math.min(most, wanted - rows.length) });
    rows.push(...read.deliveries.nodes);
    const { hasNextPage, endCursor } = read.deliveries.pageInfo;
    if (!hasNextPage || rows.length >= wanted) return { rows, hasMore: hasNextPage };
    after = endCursor;
  }
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
