import { useState } from "react";
import { useOrder } from "../api/useOrder";
import { PlayDocument, type Persona } from "../gql/documents";
import { Choice, TextLine } from "../ui/Field";
import { Form } from "../ui/Form";
import { span } from "../ui/time";
import { count } from "../ui/words";
import { FaultPicker, overlays } from "./FaultPicker";
import type { Scenario } from "./SimulatorPage";
import styles from "./SimulatorPage.module.css";
import { personas } from "./words";

/** What a scenario is about, and how to play it. */
export function ScenarioView({ scenario: { name, story, steps, expectations, lastStepAtSeconds }, onPlayed }: { scenario: Scenario; onPlayed: (runId: string) => void }) {
  const orders = useOrder();
  const [seed, setSeed] = useState("");
  const [persona, setPersona] = useState<Persona | "">("");
  const [faults, setFaults] = useState<string[]>([]);
  const play = async () => {
    const answer = await orders.tell(PlayDocument, { name, ...(seed.trim() !== "" && { seed: Number(seed) }), ...(persona !== "" && { persona }), ...overlays(faults) });
    if (answer?.playScenario.run) onPlayed(answer.playScenario.run.id);
  };
  return (
    <section className={styles.card} aria-label={name}>
      <h2>{name}</h2>
      <p className={styles.story}>{story}</p>
      <p className={styles.detail}>
        {count(steps, "step")} within {span(lastStepAtSeconds)} of meeting; {count(expectations, "expectation")} of its own, beside those of every run: every packet of
        every voice where it belongs, and nothing from another room.
      </p>
      <div className={styles.form}>
        <Form act="Play it" orders={orders} onSubmit={() => void play()}>
          <Choice label="Platform" hint="Steps that it refuses are passed by." value={persona} onChange={setPersona} of={personas} />
          <TextLine label="Seed" hint="Another one makes all that is left to chance anew; the scenario’s own, when it is empty." value={seed} onChange={setSeed} placeholder="its own" />
          <FaultPicker chosen={faults} onChange={setFaults} />
        </Form>
      </div>
    </section>
  );
}
