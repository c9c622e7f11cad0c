import type { RunQuery } from "../gql/documents";
import { clock } from "../ui/time";
import styles from "./Faults.module.css";

type Laid = NonNullable<RunQuery["scenarioRun"]>["faults"][number];

/** The faults that were laid over a run. */
export function LaidFaults({ of }: { of: readonly Laid[] }) {
  if (of.length === 0) return null;
  return (
    <section className={styles.laid} aria-label="Faults">
      <h3>Faults</h3>
      <p className={styles.hint}>The scenario’s own expectations are not held: they were meant for a meeting without them.</p>
      <ul>
        {of.map(({ name, faults, injected, at, until }, i) => (
          <li key={i}>
            <b>{name ?? "written by hand"}</b>{" "}
            <span className={styles.hint}>{injected ? `from ${clock(at)} to ${until === null ? "the end" : clock(until)}` : "from the beginning"}</span>
            <ul className={styles.list}>
              {faults.map((fault, j) => (
                <li key={j}>{fault}</li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </section>
  );
}
