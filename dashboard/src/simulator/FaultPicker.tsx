import type { FaultsInput } from "../gql/documents";
import { Tick } from "../ui/Field";
import styles from "./Faults.module.css";
import { useFaults } from "./useFaults";

interface Props {
  /** The names of what is chosen. */
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
}

/** Chooses faults to lay over a scenario before it is played. */
export function FaultPicker({ chosen, onChange }: Props) {
  const { faults, error } = useFaults();
  return (
    <details className={styles.picker}>
      <summary>
        Faults <span className={styles.hint}>{chosen.length === 0 ? "none are laid over it" : chosen.join(", ")}</span>
      </summary>
      {error !== null && <p role="alert">{error}</p>}
      <p className={styles.hint}>With faults, the scenario’s own expectations are not held: they were meant for a meeting without them. Those of every run are.</p>
      {possibleFirst(faults?.faultOverlays ?? []).map(({ name, story, refusal }) =>
        refusal === null ? (
          <Tick key={name} label={name} hint={story} value={chosen.includes(name)} onChange={(yes) => onChange(yes ? [...chosen, name] : chosen.filter((one) => one !== name))} />
        ) : (
          <p key={name} className={styles.refused}>
            <b>{name}</b> {refusal}
          </p>
        ),
      )}
    </details>
  );
}

function possibleFirst<Overlay extends { refusal: string | null }>(overlays: readonly Overlay[]): Overlay[] {
  const isRefused = ({ refusal }: Overlay) => Number(refusal !== null);
  return [...overlays].sort((a, b) => isRefused(a) - isRefused(b));
}

/** What is chosen, as playScenario takes it. */
export function overlays(chosen: readonly string[]): { faults?: FaultsInput[] } {
  return chosen.length === 0 ? {} : { faults: chosen.map((name) => ({ name })) };
}
