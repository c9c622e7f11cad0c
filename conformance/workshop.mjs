// Has the application take part in a workshop of an hour, by the meeting clock.
import { readFile } from "node:fs/promises";
import { mock } from "node:test";
import { Application, ask } from "./application.mjs";

const server = { url: process.env.BREAKOUT_URL, key: process.env.BREAKOUT_KEY };

// Webhooks are as old as the meeting clock says, and so the application's own clock
// shows what that does.
mock.timers.enable({ apis: ["Date"] });
class UnderTest extends Application {
  async receive(request) {
    const { clock } = await ask(server, `{ clock { now } }`);
    mock.timers.setTime(Date.parse(clock.now));
    return super.receive(request);
  }
}

const application = new UnderTest(server);
await application.listen();
const began = performance.now();
const play = `mutation($yaml: String!) { playScenario(input: {yaml: $yaml}) { run { id startedAt } userErrors { code message } } }`;
const yaml = await readFile(new URL("workshop.yaml", import.meta.url), "utf8");
const { run } = (await ask(server, play, { yaml })).playScenario;

// An hour and a minute, in which the last bots are done.
const to = new Date(Date.parse(run.startedAt) + 61 * 60_000).toISOString();
const advance = `mutation($to: DateTime!) { advanceClock(input: {to: $to, waitSeconds: 60}) { state clock { now holds { name } } userErrors { code message } } }`;
const states = [];
do states.push((await ask(server, advance, { to })).advanceClock.state);
while (states.at(-1) !== "READY" && states.length < 3);

const { scenarioRun } = await ask(server, `query($id: ID!) { scenarioRun(id: $id) { state error packetsRecorded coverage verdicts { what want got ok } } }`, { id: run.id });
await application.close();
const { failures, rounds, bots } = application;
const seconds = (performance.now() - began) / 1000;
console.log(JSON.stringify({ seconds, states, failures, rounds, bots: bots.size, run: scenarioRun }));
