import { useCallback, useState } from "react";
import { Input, SearchField } from "react-aria-components";
import { ask } from "../api/ask";
import { useConnection } from "../api/connection";
import { NoScope } from "../access/NoScope";
import { useMay } from "../access/viewer";
import { PageLink } from "../app/PageLink";
import { addressOfPage, go, useParameter } from "../app/route";
import { RunsDocument, ScenariosDocument, type RunsQuery, type ScenariosQuery } from "../gql/documents";
import { Button } from "../ui/Button";
import { SearchIcon } from "../ui/icons";
import { moment, span } from "../ui/time";
import { count } from "../ui/words";
import { usePolled } from "../webhooks/usePolled";
import { ClockBar } from "./ClockBar";
import { example, OwnScenario } from "./OwnScenario";
import { RunView } from "./RunView";
import { ScenarioView } from "./ScenarioView";
import styles from "./SimulatorPage.module.css";
import { stateWords } from "./words";

export type Scenario = ScenariosQuery["scenarios"][number];
type Run = RunsQuery["scenarioRuns"][number];

/** Meetings that are played: the scenarios, the clock that they go by, and what came of each run. */
export function SimulatorPage() {
  return useMay("SIMULATE") ? <Simulator /> : <NoScope scope="SIMULATE" what="play scenarios" />;
}

function Simulator() {
  const { api } = useConnection();
  const scenarios = usePolled(useCallback(() => ask(api, ScenariosDocument, {}), [api]));
  const runs = usePolled(useCallback(() => ask(api, RunsDocument, {}), [api]));
  const [written, setWritten] = useState<string | null>(null);
  const [runId, name] = [useParameter("run"), useParameter("scenario")];
  const list = scenarios.value?.scenarios ?? [];
  const chosen = list.find((scenario) => scenario.name === name) ?? list[0];
  const played = (id: string) => {
    setWritten(null);
    runs.refresh();
    go(addressOfPage("simulator", { run: id }));
  };
  return (
    <>
      <header className={styles.header}>
        <div>
          <h1>Simulator</h1>
          <p>Meetings with people who come, speak, move and lose their networks; and what is expected of the bots in them.</p>
        </div>
        <Button onPress={() => setWritten(example)}>Play one of your own</Button>
      </header>
      <ClockBar />
      {scenarios.error !== null && <p role="alert">{scenarios.error}</p>}
      <div className={styles.columns}>
        <div className={styles.side}>
          <Runs runs={runs.value?.scenarioRuns ?? []} current={runId} />
          <Scenarios list={list} current={runId === null ? (chosen?.name ?? null) : null} />
        </div>
        {runId !== null ? <RunView key={runId} id={runId} onPlayed={played} onEdit={setWritten} /> : chosen && <ScenarioView key={chosen.name} scenario={chosen} onPlayed={played} />}
      </div>
      <OwnScenario text={written} onClose={() => setWritten(null)} onPlayed={played} />
    </>
  );
}

function Runs({ runs, current }: { runs: readonly Run[]; current: string | null }) {
  if (runs.length === 0) return null;
  return (
    <nav aria-label="Runs">
      <h2 className={styles.heading}>Runs</h2>
      <ul className={styles.list}>
        {runs.slice(0, 8).map(({ id, scenario, state, startedAt, stepsDone, steps }) => (
          <li key={id}>
            <PageLink href={addressOfPage("simulator", { run: id })} aria-current={id === current ? "page" : undefined} className={styles.run}>
              <span className={styles.light} data-state={state} />
              <b>{scenario}</b>
              <span className={styles.detail}>
                {state === "PLAYING" ? `step ${stepsDone} of ${steps}` : stateWords[state]} · {moment(startedAt)}
              </span>
            </PageLink>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Scenarios({ list, current }: { list: readonly Scenario[]; current: string | null }) {
  const [wanted, setWanted] = useState("");
  const found = list.filter(({ name, story }) => `${name} ${story}`.toLowerCase().includes(wanted.trim().toLowerCase()));
  return (
    <nav aria-label="Scenarios">
      <h2 className={styles.heading}>Scenarios</h2>
      <SearchField className={styles.search} aria-label="Search the scenarios" value={wanted} onChange={setWanted}>
        <SearchIcon />
        <Input placeholder={`Search ${count(list.length, "scenario")}`} />
      </SearchField>
      <ul className={styles.list}>
        {found.map(({ name, steps, lastStepAtSeconds }) => (
          <li key={name}>
            <PageLink href={addressOfPage("simulator", { scenario: name })} aria-current={name === current ? "page" : undefined} className={styles.scenario}>
              <b>{name}</b>
              <span className={styles.detail}>
                {count(steps, "step")} · {span(lastStepAtSeconds)}
              </span>
            </PageLink>
          </li>
        ))}
      </ul>
    </nav>
  );
}
