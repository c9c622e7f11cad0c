// Follows a meeting by npm's graphql-sse while its rooms are created, is cut off
// again and again, and prints which events came, and over how many connections.
import { createClient } from "graphql-sse";

const [wanted, cutAfter] = [200, 50];
const url = `${process.env.BREAKOUT_URL}/graphql`;
const authorization = `Bearer ${process.env.BREAKOUT_KEY}`;

/** Asks by POST and returns the data. */
async function ask(query, variables) {
  const response = await fetch(url, {
    method: "POST",
    headers: { authorization, "content-type": "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

const created = await ask('mutation { createMeeting(input: {title: "Events"}) { meeting { id } } }');
const meetingId = created.createMeeting.meeting.id;

let cursor = "";
let connections = 0;
let cut = () => {};
const client = createClient({
  url,
  headers: () => ({ authorization, "last-event-id": cursor }),
  fetchFn: (address, options) => {
    connections++;
    const broken = new AbortController();
    cut = () => broken.abort();
    return fetch(address, { ...options, signal: AbortSignal.any([options.signal, broken.signal]) });
  },
  retry: () => Promise.resolve(),
});

/** Creates rooms, a few at a time, each of which makes an event. */
async function createRooms() {
  for (let i = 0; i < wanted; i += 10) {
    const names = Array.from({ length: 10 }, (_, n) => `Room ${i + n}`);
    await ask("mutation($input: CreateRoomsInput!) { createRooms(input: $input) { userErrors { message } } }", { input: { meetingId, names } });
  }
}

const creating = createRooms();
const sequences = [];
let [cuts, sinceCut] = [0, 0];
const query = "subscription($id: ID!) { meetingEvents(meetingId: $id) { cursor sequence } }";

/** Follows until all events are there or the client gives up. */
async function follow() {
  for await (const { data, errors } of client.iterate({ query, variables: { id: meetingId } })) {
    if (errors) throw new Error(JSON.stringify(errors));
    sequences.push(data.meetingEvents.sequence);
    cursor = data.meetingEvents.cursor;
    if (sequences.length >= wanted) return;
    if (++sinceCut === cutAfter) {
      sinceCut = 0;
      cuts++;
      cut();
    }
  }
}

while (sequences.length < wanted) {
  // The client comes back by itself when it was waiting at the time of the cut, and
  // gives up when it was not.
  await follow().catch((error) => {
    if (error.name !== "AbortError") throw error;
  });
}
client.dispose();
await creating;

// What can be asked as well: a query, and one that is not valid.
const results = [];
for (const query of ["{ meetings(first: 1) { nodes { title } } }", "{ nonsense }"]) {
  const other = createClient({ url, headers: { authorization }, retryAttempts: 0 });
  for await (const result of other.iterate({ query })) results.push(result);
}
console.log(JSON.stringify({ sequences, cuts, connections, results }));
