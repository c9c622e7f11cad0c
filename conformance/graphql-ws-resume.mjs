// Follows a meeting as npm's graphql-ws does, from the cursor of the last event on
// whenever the socket is gone, and cuts it some times. Prints what came.
import { createClient } from "graphql-ws";
import WebSocket from "ws";

const { BREAKOUT_URL, BREAKOUT_KEY, BREAKOUT_MEETING, BREAKOUT_TELL, BREAKOUT_UNTIL } = process.env;
const cuts = (process.env.BREAKOUT_CUTS ?? "").split(",").map(Number);
const tell = (what) => fetch(`${BREAKOUT_TELL}/${what}`);

const seen = { sequences: [], connections: 0, codes: [], goAway: null };
let active;
let delay = 50;
const client = createClient({
  url: BREAKOUT_URL.replace(/^http/, "ws") + "/graphql",
  connectionParams: { key: BREAKOUT_KEY },
  webSocketImpl: WebSocket,
  retryAttempts: 40,
  retryWait: () => new Promise((resolve) => setTimeout(resolve, delay)),
  shouldRetry: () => true, // also while nobody listens at the address
  on: {
    opened: (socket) => (active = socket),
    connected: () => {
      seen.connections++;
      void tell("connected");
    },
    closed: (event) => seen.codes.push(event.code),
    ping: (received, payload) => {
      if (!received || !payload?.goAway) return;
      seen.goAway = payload;
      delay = payload.goAway.retryAfterMilliseconds;
    },
  },
});

// The variables are written anew whenever the client subscribes.
const variables = { id: BREAKOUT_MEETING, after: null };
await new Promise((resolve, reject) => {
  client.subscribe(
    { query: "subscription($id: ID!, $after: String) { meetingEvents(meetingId: $id, after: $after) { sequence cursor type } }", variables },
    {
      next: ({ data: { meetingEvents: event } }) => {
        seen.sequences.push(event.sequence);
        variables.after = event.cursor;
        if (cuts.includes(seen.sequences.length)) active.terminate();
        if (event.type === BREAKOUT_UNTIL || event.sequence === Number(BREAKOUT_UNTIL)) resolve();
      },
      error: reject,
      complete: () => reject(new Error("the server said that the subscription is over")),
    },
  );
});
// What would come twice comes soon.
const wanted = Number(process.env.BREAKOUT_CONNECTIONS);
while (seen.connections < wanted) await new Promise((resolve) => setTimeout(resolve, 20));
await new Promise((resolve) => setTimeout(resolve, 300));
seen.cursor = variables.after;
void client.dispose();
console.log(JSON.stringify(seen));
