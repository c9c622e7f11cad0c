import { useCallback, useState } from "react";
import { ask } from "../api/ask";
import { useConnection } from "../api/connection";
import { useOrder } from "../api/useOrder";
import { PageLink } from "../app/PageLink";
import { addressOf } from "../app/route";
import { PlayDocument, RunDocument, StopRunDocument, type RunQuery } from "../gql/documents";
import { Button } from "../ui/Button";
import { Refusals } from "../ui/Refusals";
import { between, clock, span } from "../ui/time";
import { usePolled } from "../webhooks/usePolled";
import { InjectFaults } from "./InjectFaults";
import { LaidFaults } from "./LaidFaults";
import styles from "./RunView.module.css";
import { stateWords } from "./words";

type Run = NonNullable<RunQuery["scenarioRun"]>;

/** A run of a scenario: how far it is, and, when it is over, what came of each expectation. */
export function RunView({ id, onPlayed, onEdit }: { id: string; onPlayed: (runId: string) => void; onEdit: (yaml: string) => void }) {
  const { api } = useConnection();
  const orders = useOrder();
  const { value, error, refresh } = usePolled(useCallback(() => ask(api, RunDocument, { id }), [api, id]));
  const [isInjecting, setInjecting] = useState(false);
  const run = value?.scenarioRun;
  const stop = async () => {
    if (await orders.tell(StopRunDocument, { runId: id })) refresh();
  };
  const again = async ({ yaml, seed, persona, faults }: Run) => {
    const before = faults.filter(({ injected }) => !injected);
    const answer = await orders.tell(PlayDocument, { yaml, seed, persona, faults: before.map(({ name, yaml }) => (name === null ? { yaml } : { name })) });
    if (answer?.playScenario.run) onPlayed(answer.playScenario.run.id);
  };
  const injected = () => {
    setInjecting(false);
    refresh();
  };
  if (error !== null && !run) return <p role="alert">{error}</p>;
  if (value && !run) return <p role="status">There is no such run: the server forgets runs when it ends, and keeps the last 100.</p>;
  if (!run) return <p role="status">Reading the run…</p>;
  return (
    <section className={styles.run} aria-label={`Run of ${run.scenario}`}>
      <header className={styles.header}>
        <div>
          <h2>
            {run.scenario}{" "}
            <span className={styles.state} data-state={run.state} role="status">
              {stateWords[run.state]}
            </span>
          </h2>
          <p className={styles.story}>{run.story}</p>
        </div>
        <div className={styles.acts}>
          {run.meeting && (
            <PageLink className={styles.link} href={addressOf(run.meeting.id)}>
              {run.state === "PLAYING" ? "Watch the meeting" : "The meeting"}
            </PageLink>
          )}
          {run.meeting && run.state !== "PLAYING" && (
            <PageLink className={styles.link} href={addressOf(run.meeting.id, "timeline")}>
              Its timeline
            </PageLink>
          )}
          {run.reportUrl !== null && (
            <a className={styles.link} href={run.reportUrl} target="_blank" rel="noopener">
              Its report
            </a>
          )}
          {run.state === "PLAYING" ? (
            <>
              <Button onPress={() => setInjecting(true)}>Inject faults</Button>
              <Button kind="danger" onPress={() => void stop()} isPending={orders.busy}>
                Stop it
              </Button>
            </>
          ) : (
            <>
              <Button onPress={() => void again(run)} isPending={orders.busy}>
                Play it again
              </Button>
              <Button onPress={() => onEdit(run.yaml)}>Change it</Button>
            </>
          )}
        </div>
      </header>
      <Refusals of={orders.refusals} />
      <Progress run={run} />
      {run.error !== null && (
        <p className={styles.error} role="alert">
          {run.error}
        </p>
      )}
      <LaidFaults of={run.faults} />
      <Verdicts verdicts={run.verdicts} isPlaying={run.state === "PLAYING"} />
      <InjectFaults isOpen={isInjecting} runId={id} onClose={() => setInjecting(false)} onInjected={injected} />
    </section>
  );
}

function Progress({ run: { stepsDone, steps, step, startedAt, endedAt, seed, packetsRecorded, coverage } }: { run: Run }) {
  return (
    <div className={styles.progress}>
      <progress value={stepsDone} max={Math.max(1, steps)} aria-label="Steps that have begun" />
      <p>
        {stepsDone} of {steps} steps{step !== null && endedAt === null && <b>: {step}</b>}
      </p>
      <p className={styles.facts}>
        <span>began {clock(startedAt)}</span>
        {endedAt !== null && <span>took {span(between(startedAt, endedAt))} by the meeting clock</span>}
        <span>seed {seed}</span>
        {coverage !== null && <span>{(coverage * 100).toFixed(1)} % recorded</span>}
        {packetsRecorded !== null && <span>{packetsRecorded.toLocaleString("en")} packets of voices</span>}
      </p>
    </div>
  );
}

function Verdicts({ verdicts, isPlaying }: { verdicts: Run["verdicts"]; isPlaying: boolean }) {
  if (verdicts.length === 0) return <p className={styles.none}>{isPlaying ? "What is expected is judged when the meeting is over." : "Nothing was judged."}</p>;
  return (
    <ul className={styles.verdicts} aria-label="Expectations">
      {verdicts.map(({ what, want, got, ok, line }, i) => (
        <li key={i} data-ok={ok}>
          <span className={styles.sign} aria-hidden="true">
            {ok ? "✓" : "✗"}
          </span>
          <div>
            <b>
              <span className="heard">{ok ? "As expected: " : "Not as expected: "}</span>
              {what}
            </b>
            <p>
              expected {want}
              {got !== "" && `, came ${got}`}
              {line !== null && <small> (line {line})</small>}
            </p>
          </div>
        </li>
      ))}
    </ul>
  );
}
