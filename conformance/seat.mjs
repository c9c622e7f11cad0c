// A client of the seat protocol (docs/protocol.md), with signals only: what a program
// needs to follow a meeting, to go where it is sent, and to be seen there.
import WebSocket from "ws";

/** Refused says that the rules of the meeting say no. */
export class Refused extends Error {
  constructor(refusals) {
    super(refusals.map(({ message }) => message).join(" "));
    this.codes = refusals.map(({ code }) => code);
  }
}

/** settle ends what waits for a reply, or for a seat. */
function settle(waiting, message) {
  if (message.refusals) waiting.reject(new Refused(message.refusals));
  else if (message.failure) waiting.reject(new Error(message.failure));
  else waiting.resolve(message);
}

/** Seat is a seat in a meeting. */
export class Seat {
  latest = 0; // request
  waiting = new Map(); // requests without a reply, by number

  /**
   * take takes a seat at a link. Each signal is handed to heard: its name, and what it
   * says; those that come before the promise is kept too.
   */
  static take(link, join, heard) {
    const seat = new Seat();
    seat.socket = new WebSocket(link, "breakout-seat-v1");
    seat.left = new Promise((left) => seat.socket.once("close", left));
    return new Promise((resolve, reject) => {
      const joining = { resolve: ({ participant }) => resolve(Object.assign(seat, { participant })), reject };
      seat.socket.once("open", () => seat.send({ type: "join", signalsOnly: true, ...join }));
      seat.socket.once("error", reject);
      seat.socket.once("close", () => reject(new Error("The meeting closed the connection.")));
      seat.socket.on("message", (text) => seat.receive(JSON.parse(text), joining, heard));
    });
  }

  /** receive takes what the meeting says; types of a later version are passed by. */
  receive(message, joining, heard) {
    switch (message.type) {
      case "joined":
      case "refused":
        settle(joining, message);
        break;
      case "reply":
        settle(this.waiting.get(message.id), message);
        this.waiting.delete(message.id);
        break;
      case "signal":
        heard(message.signal, message.data, this);
        break;
    }
  }

  send(message) {
    this.socket.send(JSON.stringify(message));
  }

  /** ask makes a request, and waits for what becomes of it. */
  ask(request) {
    const id = ++this.latest;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.send({ type: "request", id, ...request });
    });
  }
}
