// A small application as others write them: it is sent webhooks, has a bot of its own
// watch each meeting, sends a bot into every breakout room that opens, and sums up what
// was recorded when a round is over. It knows nothing of scenarios or of any clock.
import { createServer } from "node:http";
import { Webhook } from "standardwebhooks";

/** ask sends an operation of GraphQL, and throws what was refused. */
export async function ask(server, query, variables = {}) {
  const response = await fetch(`${server.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${server.key}` },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  const refused = Object.values(data ?? {}).flatMap((field) => field?.userErrors ?? []);
  if (errors || refused.length > 0) throw new Error(JSON.stringify(errors ?? refused));
  return data;
}

const createBot = `mutation($input: CreateBotInput!) { createBot(input: $input) { bot { id } userErrors { code message } } }`;

/** Application is one that listens at a port of its own choice. */
export class Application {
  bots = new Map(); // those that it has sent, by what for
  rounds = []; // how many recordings of breakout rooms there were after each
  seen = new Set(); // the ids of messages
  failures = [];

  constructor(server) {
    this.server = server;
  }

  async listen() {
    this.http = createServer((request, response) => {
      this.receive(request).then(
        (after) => {
          response.writeHead(204).end();
          after?.();
        },
        (failure) => {
          this.failures.push(String(failure));
          response.writeHead(500).end();
        },
      );
    });
    await new Promise((listening) => this.http.listen(0, "127.0.0.1", listening));
    const url = `http://127.0.0.1:${this.http.address().port}/`;
    const { createWebhookEndpoint: made } = await ask(
      this.server,
      `mutation($input: CreateWebhookEndpointInput!) { createWebhookEndpoint(input: $input) { secret userErrors { code message } } }`,
      { input: { url, eventTypes: ["MEETING_CREATED", "BOT_STATUS_CHANGED", "ROUND_CLOSED"] } },
    );
    this.webhook = new Webhook(made.secret);
  }

  /** receive acts on a webhook; what it returns is done after the answer. */
  async receive(request) {
    const parts = [];
    for await (const part of request) parts.push(part);
    const { type, data } = this.webhook.verify(Buffer.concat(parts).toString(), request.headers);
    if (this.seen.has(request.headers["webhook-id"])) return undefined;
    this.seen.add(request.headers["webhook-id"]);
    switch (data.fact.code ?? type) {
      case "MEETING_CREATED":
        await this.send(data.meetingId, "Watcher", { mode: "JOIN_MAIN_ROOM" });
        return undefined;
      case "breakout_room_opened":
        await this.send(data.meetingId, `Notes of ${data.room.name}`, { mode: "JOIN_SPECIFIC_ROOM", roomId: data.room.id });
        return undefined;
      case "ROUND_CLOSED":
        return this.sumUp(data.meetingId, data.fact.round);
      default:
        return undefined;
    }
  }

  /** send sends a bot, or finds the one that was sent for the same. */
  async send(meetingId, name, breakoutRoom) {
    const deduplicationKey = `${meetingId} ${name}`;
    const { createBot: made } = await ask(this.server, createBot, { input: { meetingId, name, breakoutRoom, deduplicationKey } });
    this.bots.set(deduplicationKey, made.bot.id);
  }

  /** sumUp works after its answer, and has the clock stand for it. */
  async sumUp(meetingId, round) {
    const name = `the sum of round ${round}`;
    await ask(this.server, `mutation($name: String!) { holdClock(input: {name: $name}) { userErrors { code message } } }`, { name });
    return async () => {
      try {
        const { segments } = await ask(this.server, `query($id: ID!) { segments(meetingId: $id, first: 100) { nodes { room { kind } } } }`, { id: meetingId });
        this.rounds.push(segments.nodes.filter(({ room }) => room.kind === "BREAKOUT").length);
      } catch (failure) {
        this.failures.push(String(failure));
      }
      await ask(this.server, `mutation($name: String!) { releaseClock(input: {name: $name}) { userErrors { code message } } }`, { name });
    };
  }

  async close() {
    await new Promise((closed) => {
      this.http.close(closed);
      this.http.closeAllConnections();
    });
  }
}
