import { useState } from "react";
import { useOrder } from "../api/useOrder";
import { InjectDocument } from "../gql/documents";
import { Button } from "../ui/Button";
import { Choice, TextLines, Whole } from "../ui/Field";
import { Form } from "../ui/Form";
import { Panel } from "../ui/Panel";
import styles from "./Faults.module.css";
import { useFaults, type Kind } from "./useFaults";

interface Props {
  isOpen: boolean;
  runId: string;
  onClose: () => void;
  onInjected: () => void;
}

/** Lays faults over a run while it is played. */
export function InjectFaults({ isOpen, runId, onClose, onInjected }: Props) {
  return (
    <Panel title="Inject faults" isOpen={isOpen} onClose={onClose}>
      <Fields runId={runId} onInjected={onInjected} />
    </Panel>
  );
}

const own = "";
const first = "faults:\n  - outage: {who: bots, for: 5s}\n";

function Fields({ runId, onInjected }: Pick<Props, "runId" | "onInjected">) {
  const orders = useOrder();
  const { faults, error } = useFaults();
  const [name, setName] = useState(own);
  const [yaml, setYAML] = useState(first);
  const [forSeconds, setSeconds] = useState(30);
  const possible = faults?.faultOverlays.filter(({ refusal }) => refusal === null) ?? [];
  const inject = async () => {
    if (await orders.tell(InjectDocument, { runId, forSeconds, faults: name === own ? { yaml } : { name } })) onInjected();
  };
  const add = (kind: Kind) => setYAML((text) => `${text.trim() === "" ? "faults:" : text.trimEnd()}\n  - ${kind.example}\n`);
  return (
    <Form act="Inject them" orders={orders} onSubmit={() => void inject()} isDisabled={name === own && yaml.trim() === ""}>
      {error !== null && <p role="alert">{error}</p>}
      <Choice label="Which" value={name} onChange={setName} of={[[own, "Those that I write here"], ...possible.map((overlay) => [overlay.name, overlay.name] as const)]} />
      {name === own ? (
        <>
          <TextLines label="Faults" hint="In YAML. Times are counted from now on." value={yaml} onChange={setYAML} rows={6} spellCheck={false} />
          <Kinds kinds={faults?.faultKinds ?? []} onAdd={add} />
        </>
      ) : (
        <Overlay of={possible.find((overlay) => overlay.name === name)} />
      )}
      <Whole label="For how long, in seconds" hint="Of the meeting clock. What is not over then, ends then." value={forSeconds} onChange={setSeconds} min={1} max={3600} />
    </Form>
  );
}

function Overlay({ of }: { of: { story: string; faults: readonly string[] } | undefined }) {
  return (
    <div>
      <p>{of?.story}</p>
      <ul className={styles.list}>
        {of?.faults.map((fault) => (
          <li key={fault}>{fault}</li>
        ))}
      </ul>
    </div>
  );
}

/** All kinds of faults, to be added to those that are written. */
function Kinds({ kinds, onAdd }: { kinds: readonly Kind[]; onAdd: (kind: Kind) => void }) {
  return (
    <details className={styles.picker}>
      <summary>Kinds of faults</summary>
      <ul className={styles.kinds} aria-label="Kinds of faults">
        {kinds.map((kind) => (
          <li key={kind.name}>
            <div>
              <code>{kind.name}</code>
              <p>{kind.refusal ?? `${kind.what}; takes ${kind.takes.join(", ")}`}</p>
            </div>
            {kind.refusal === null && (
              <Button kind="quiet" aria-label={`Add ${kind.name}`} onPress={() => onAdd(kind)}>
                Add
              </Button>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}
