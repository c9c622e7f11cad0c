import { useState } from "react";
import { FileTrigger } from "react-aria-components";
import type { Refusal } from "../api/order";
import { useOrder } from "../api/useOrder";
import { ImportPlanDocument } from "../gql/documents";
import { Button } from "../ui/Button";
import { TextLine, TextLines } from "../ui/Field";
import { Form } from "../ui/Form";
import styles from "./Host.module.css";

/** Makes a plan of a CSV file; what is wrong with a line is said below that line. */
export function ImportPlan({ meetingId, onDone }: { meetingId: string; onDone: () => void }) {
  const orders = useOrder();
  const [name, setName] = useState("Plan");
  const [csv, setCsv] = useState("");
  const take = async (files: FileList | null) => {
    const file = files?.[0];
    if (!file) return;
    orders.clear();
    setCsv(await file.text());
    setName(file.name.replace(/\.csv$/i, ""));
  };
  const submit = async () => {
    if (!(await orders.give(ImportPlanDocument, { meetingId, name, csv }))) return;
    setCsv("");
    onDone();
  };
  const faults = faultsByLine(orders.refusals);
  const others = orders.refusals.filter((refusal) => lineOf(refusal) === null);
  return (
    <Form act="Bring in" orders={{ ...orders, refusals: others }} onSubmit={() => void submit()} isDisabled={csv.trim() === ""}>
      <div className={styles.acts}>
        <FileTrigger acceptedFileTypes={[".csv", "text/csv"]} onSelect={(files) => void take(files)}>
          <Button>Choose a CSV file…</Button>
        </FileTrigger>
      </div>
      <TextLine label="Name of the plan" value={name} onChange={setName} required />
      <TextLines
        label="CSV"
        hint="As Zoom and Digital Samba have them, or: round, room_name, first_name, last_name, email, external_id, role, bot_policy."
        value={csv}
        rows={5}
        spellCheck={false}
        placeholder={"room_name,first_name,last_name,email\nIdeas,Ada,Lovelace,ada@example.org"}
        onChange={(text) => {
          setCsv(text);
          orders.clear();
        }}
      />
      {faults.size > 0 && (
        <ol className={styles.csv} aria-label="The file, with what is wrong in it">
          {csv.split(/\r?\n/).map((line, i) => (
            <li key={i} data-faulty={faults.has(i + 1) || undefined}>
              {line}
              {faults.get(i + 1)?.map((message) => <span key={message}>{message}</span>)}
            </li>
          ))}
        </ol>
      )}
    </Form>
  );
}

/** What is wrong, by the lines of the file, from 1. */
function faultsByLine(refusals: readonly Refusal[]): ReadonlyMap<number, string[]> {
  const faults = new Map<number, string[]>();
  for (const refusal of refusals) {
    const line = lineOf(refusal);
    if (line !== null) faults.set(line, [...(faults.get(line) ?? []), refusal.message]);
  }
  return faults;
}

/** The line that a refusal is about: its path has it, or its sentence begins with it. */
function lineOf({ path, message }: Refusal): number | null {
  const found = /^Line (\d+)\b/i.exec(message)?.[1] ?? path.find((part) => /^\d+$/.test(part));
  return found === undefined ? null : Number(found);
}
