import type { KeyScope } from "../gql/documents";
import styles from "./NoScope.module.css";

/** Says why something can't be done here: the key does not allow it. */
export function NoScope({ scope, what }: { scope: KeyScope; what: string }) {
  const name = scope.toLowerCase();
  return (
    <p className={styles.note} role="note">
      This key can look, but not {what}: it lacks the scope <code>{name}</code>. Make one that has it by <code>breakout key create --scopes {name}</code>, and
      open this page with it.
    </p>
  );
}
