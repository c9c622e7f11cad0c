import { useState } from "react";
import { useOrder } from "../api/useOrder";
import { PlayDocument } from "../gql/documents";
import { TextLines } from "../ui/Field";
import { Form } from "../ui/Form";
import { Panel } from "../ui/Panel";
import { FaultPicker, overlays } from "./FaultPicker";

/** A scenario to begin with. */
export const example = `name: two-rooms
story: Two people in a room of their own, and a bot that follows.
people:
  - {name: Grace, role: host}
  - {name: Ada}
bots:
  - {name: Rover}
steps:
  - {at: 0s, join: people}
  - {at: 1s, create_rooms: [Red]}
  - {at: 2s, send: bots}
  - {at: 4s, assign: {Red: [Ada, Rover]}}
  - {at: 5s, open_rooms: }
  - {at: 15s, close_rooms: {countdown: 0s}}
  - {at: 17s, end_meeting: }
`;

/** Plays a scenario that somebody writes here, or changes; null is for none. */
export function OwnScenario({ text, onClose, onPlayed }: { text: string | null; onClose: () => void; onPlayed: (runId: string) => void }) {
  return (
    <Panel title="Play one of your own" isOpen={text !== null} onClose={onClose}>
      <Fields text={text ?? ""} onPlayed={onPlayed} />
    </Panel>
  );
}

function Fields({ text, onPlayed }: { text: string; onPlayed: (runId: string) => void }) {
  const orders = useOrder();
  const [yaml, setYAML] = useState(text);
  const [faults, setFaults] = useState<string[]>([]);
  const play = async () => {
    const answer = await orders.tell(PlayDocument, { yaml, ...overlays(faults) });
    if (answer?.playScenario.run) onPlayed(answer.playScenario.run.id);
  };
  return (
    <Form act="Play it" orders={orders} onSubmit={() => void play()} isDisabled={yaml.trim() === ""}>
      <TextLines label="Scenario" hint="In YAML; docs/scenarios.md has every step and expectation." value={yaml} onChange={setYAML} rows={18} spellCheck={false} />
      <FaultPicker chosen={faults} onChange={setFaults} />
    </Form>
  );
}
