import type { DocumentInput } from "@urql/core";
import { useCallback, useState } from "react";
import { useConnection } from "./connection";
import { order, orderOnce, type Refusal } from "./order";

/** Orders from one place of the page, and what was refused of them there. */
export interface Orders {
  /** Gives an order that changes the meeting; null when it was refused. */
  give: <Data, Input extends object>(document: DocumentInput<Data, { input: Input }>, input: Input) => Promise<Data | null>;
  /** Gives an order to a running bot, which takes no idempotency key. */
  tell: <Data, Input extends object>(document: DocumentInput<Data, { input: Input }>, input: Input) => Promise<Data | null>;
  busy: boolean;
  /** Why the latest order was refused. */
  refusals: readonly Refusal[];
  clear: () => void;
}

const none: readonly Refusal[] = [];

export function useOrder(): Orders {
  const { api } = useConnection();
  const [under, setUnder] = useState(0);
  const [refusals, setRefusals] = useState(none);

  const settle = useCallback(async <Data>(pending: Promise<{ data: Data | null; refusals: readonly Refusal[] }>) => {
    setUnder((n) => n + 1);
    setRefusals(none);
    const outcome = await pending;
    setUnder((n) => n - 1);
    setRefusals(outcome.refusals);
    return outcome.refusals.length === 0 ? outcome.data : null;
  }, []);
  const give = useCallback<Orders["give"]>((document, input) => settle(orderOnce(api, document, input)), [api, settle]);
  const tell = useCallback<Orders["tell"]>((document, input) => settle(order(api, document, { input })), [api, settle]);
  const clear = useCallback(() => setRefusals(none), []);
  return { give, tell, busy: under > 0, refusals, clear };
}
