// A product whose bots take part in meetings: it is asked for them by signed requests, as
// docs/protocol.md says of bots under test, and has them take seats. It tells where it
// listens, and ends when that is answered.
import { createServer } from "node:http";
import { Webhook } from "standardwebhooks";
import { Refused, Seat } from "./seat.mjs";

const webhook = new Webhook(process.env.BREAKOUT_SECRET);
const bots = new Map(); // by id
const failures = [];

/** Bot is one bot of the product. */
class Bot {
  visits = [];
  met = new Set(); // the names of those that it was in breakout rooms with

  constructor({ bot, seat }) {
    Object.assign(this, bot);
    this.left = Seat.take(seat.url, { name: bot.name, externalId: bot.id }, (...said) => this.hear(...said)).then((taken) => taken.left);
    this.left.catch((failure) => failures.push(String(failure)));
  }

  hear(signal, data, seat) {
    switch (signal) {
      case "invited":
        seat.ask({ do: "answerInvitation", invitation: data.invitation, accept: this.goes(data.room) }).catch((failure) => {
          if (!(failure instanceof Refused)) failures.push(String(failure)); // the host has thought better of it
        });
        break;
      case "enteredRoom":
        this.leave(data.at);
        if (data.room.kind !== "BREAKOUT") break;
        this.visits.push({ roomId: data.room.id, enteredAt: data.at });
        for (const { name } of data.roster ?? []) this.met.add(name);
        break;
      case "somebodyEntered":
        if (this.visits.length > 0 && !this.visits.at(-1).leftAt) this.met.add(data.participant.name);
        break;
      case "removed":
        this.leave(data.at);
        break;
    }
  }

  /** leave takes note of the end of a visit. */
  leave(at) {
    const last = this.visits.at(-1);
    if (last) last.leftAt ??= at;
  }

  /** goes says whether it accepts being sent to a room. */
  goes({ kind, name }) {
    switch (this.mode) {
      case "join_main_room":
        return kind === "MAIN";
      case "join_specific_room":
        return kind === "MAIN" || name === this.room;
      default:
        return true;
    }
  }
}

/** receive does what is asked, and returns what is answered. */
async function receive(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  const { type, data } = webhook.verify(Buffer.concat(parts).toString(), request.headers);
  if (type === "bot.join") {
    bots.set(data.bot.id, new Bot(data));
    return {};
  }
  const bot = bots.get(data.bot.id);
  await bot.left; // as its meeting is over
  return { visits: bot.visits };
}

const server = createServer((request, response) => {
  receive(request).then(
    (answer) => response.end(JSON.stringify(answer)),
    (failure) => {
      failures.push(String(failure));
      response.writeHead(500).end(String(failure));
    },
  );
});
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
await fetch(process.env.BREAKOUT_TELL, { method: "POST", body: `http://127.0.0.1:${server.address().port}/bots` });
server.close();
server.closeAllConnections();
const met = Object.fromEntries([...bots.values()].map(({ name, met }) => [name, [...met].sort()]));
console.log(JSON.stringify({ met, failures }));
