import { Copy } from "../events/Copy";
import { Panel } from "../ui/Panel";
import styles from "./Secret.module.css";

/** Shows what a receiver verifies with: the one time that it can be seen. */
export function Secret({ secret, onClose }: { secret: string | null; onClose: () => void }) {
  return (
    <Panel title="Keep this secret" isOpen={secret !== null} onClose={onClose}>
      <div className={styles.body}>
        <p>Your server verifies messages with it. It is shown this once: copy it now to where your server reads its secrets.</p>
        <code className={styles.secret}>{secret}</code>
        <Copy what="secret" text={secret ?? ""} />
      </div>
    </Panel>
  );
}
