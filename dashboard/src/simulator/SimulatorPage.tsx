import { useCallback, useState } from "react";
import { ask } from "../api/ask";
import { useConnection } from "../api/connection";
import { NoScope } from "../access/NoScope";
import { useMay } from "../access/viewer";
import { Choice, Choices, Heading } from "../app/Choices";
import { Columns, PageHead } from "../app/Page";
import { addressOfPage, go, useParameter } from "../app/route";
import { RunsDocument, ScenariosDocument, type RunsQuery, type ScenariosQuery } from "../gql/documents";
import { Button } from "../ui/Button";
import { Search } from "../ui/Search";
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
      <PageHead title="Simulator" what="Meetings with people who come, speak, move and lose their networks; and what is expected of the bots in them.">
        <Button onPress={() => setWritten(example)}>Play one of your own</Button>
      </PageHead>
      <ClockBar />
      {scenarios.error !== null && <p role="alert">{scenarios.error}</p>}
      <Columns>
        <div className={styles.side}>
          <Runs runs={runs.value?.scenarioRuns ?? []} current={runId} />
          <Scenarios list={list} current={runId === null ? (chosen?.name ?? null) : null} />
        </div>
        {runId !== null ? <RunView key={runId} id={runId} onPlayed={played} onEdit={setWritten} /> : chosen && <ScenarioView key={chosen.name} scenario={chosen} onPlayed={played} />}
      </Columns>
      <OwnScenario text={written} onClose={() => setWritten(null)} onPlayed={played} />
    </>
  );
}

const lights = { PLAYING: "busy", PASSED: "good", FAILED: "bad", BROKEN: "bad", STOPPED: "off" } as const;

function Runs({ runs, current }: { runs: readonly Run[]; current: string | null }) {
  if (runs.length === 0) return null;
  return (
    <nav aria-label="Runs">
      <Heading>Runs</Heading>
      <Choices>
        {runs.slice(0, 8).map(({ id, scenario, state, startedAt, stepsDone, steps }) => (
          <Choice
            key={id}
            href={addressOfPage("simulator", { run: id })}
            isCurrent={id === current}
            light={lights[state]}
            title={scenario}
            detail={`${state === "PLAYING" ? `step ${stepsDone} of ${steps}` : stateWords[state]} · ${moment(startedAt)}`}
          />
        ))}
      </Choices>
    </nav>
  );
}

function Scenarios({ list, current }: { list: readonly Scenario[]; current: string | null }) {
  const [wanted, setWanted] = useState("");
  const found = list.filter(({ name, story }) => `${name} ${story}`.toLowerCase().includes(wanted.trim().toLowerCase()));
  return (
    <nav aria-label="Scenarios">
      <Heading>Scenarios</Heading>
      <div className={styles.search}>
        <Search label="Search the scenarios" hint={`Search ${count(list.length, "scenario")}`} value={wanted} onChange={setWanted} />
      </div>
      <div className={styles.scenarios}>
        <Choices>
          {found.map(({ name, steps, lastStepAtSeconds }) => (
            <Choice key={name} href={addressOfPage("simulator", { scenario: name })} isCurrent={name === current} title={name} detail={`${count(steps, "step")} · ${span(lastStepAtSeconds)}`} />
          ))}
        </Choices>
      </div>
    </nav>
  );
}
