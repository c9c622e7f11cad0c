import type { Refusal } from "../api/order";
import styles from "./Refusals.module.css";

/** Why an order was refused, at the place where it was given. */
export function Refusals({ of }: { of: readonly Refusal[] }) {
  return (
    <div role="alert" className={styles.place}>
      {of.length > 0 && (
        <ul className={styles.list}>
          {of.map(({ code, message }, i) => (
            <li key={i} data-code={code}>
              {message}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
