import type { ReactNode } from "react";
import type { Orders } from "../api/useOrder";
import { Button } from "./Button";
import styles from "./Form.module.css";
import { Refusals } from "./Refusals";

interface Props {
  /** What its button says. */
  act: string;
  orders: Orders;
  onSubmit: () => void;
  isDisabled?: boolean;
  children: ReactNode;
}

/** Things to fill in, why they were refused, and the button that sends them. */
export function Form({ act, orders, onSubmit, isDisabled = false, children }: Props) {
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      {children}
      <Refusals of={orders.refusals} />
      <div className={styles.end}>
        <Button type="submit" kind="primary" isDisabled={isDisabled} isPending={orders.busy}>
          {act}
        </Button>
      </div>
    </form>
  );
}
