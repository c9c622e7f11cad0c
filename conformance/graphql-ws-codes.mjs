// Breaks each rule of graphql-transport-ws, and prints the codes that the server
// closes with, by their names in npm's graphql-ws.
import { CloseCode, createClient, GRAPHQL_TRANSPORT_WS_PROTOCOL } from "graphql-ws";
import WebSocket from "ws";

const address = (url) => url.replace(/^http/, "ws") + "/graphql";
const payload = { key: process.env.BREAKOUT_KEY };
const init = JSON.stringify({ type: "connection_init", payload });
const subscribe = JSON.stringify({
  id: "1",
  type: "subscribe",
  payload: { query: `subscription { meetingEvents(meetingId: "${process.env.BREAKOUT_MEETING}") { sequence } }` },
});

/** Says some things on a socket, and waits for it to be closed. */
function closedAfter(said, { url = process.env.BREAKOUT_URL, protocol = GRAPHQL_TRANSPORT_WS_PROTOCOL } = {}) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(address(url), protocol);
    const messages = [];
    socket.on("open", () => said.forEach((text) => socket.send(text)));
    socket.on("message", (text) => messages.push(JSON.parse(text)));
    socket.on("close", (code, reason) => resolve({ code, reason: String(reason), messages }));
    socket.on("error", reject);
  });
}

const closes = Object.entries({
  BadRequest: closedAfter([init, "hello"]),
  Unauthorized: closedAfter([subscribe]),
  Forbidden: closedAfter([JSON.stringify({ type: "connection_init", payload: { key: "bk_wrong" } })]),
  SubprotocolNotAcceptable: closedAfter([], { protocol: [] }),
  ConnectionInitialisationTimeout: closedAfter([]),
  SubscriberAlreadyExists: closedAfter([init, subscribe, subscribe]),
  TooManyInitialisationRequests: closedAfter([init, init]),
  InternalServerError: closedAfter([init], { url: process.env.BREAKOUT_BROKEN_URL }),
});
const wrong = [];
for (const [name, closing] of closes) {
  const { code, reason } = await closing;
  if (code !== CloseCode[name] || reason === "") wrong.push(`${name} is ${CloseCode[name]}; closed with ${code} ${reason}`);
}

// An operation that fails ends with one error, and nothing after it; the client lives.
const client = createClient({ url: address(process.env.BREAKOUT_URL), connectionParams: payload, webSocketImpl: WebSocket, retryAttempts: 0, lazy: false });
const heard = [];
client.on("message", (message) => heard.push(message.type));
const failed = await new Promise((resolve) => {
  client.subscribe({ query: "{ colour }" }, { next: () => resolve("next"), error: resolve, complete: () => resolve("complete") });
});
if (failed[0]?.extensions.code !== "GRAPHQL_VALIDATION_FAILED") wrong.push(`a faulty operation ended with ${JSON.stringify(failed)}`);
for await (const { data } of client.iterate({ query: "{ __typename }" })) {
  if (data.__typename !== "Query") wrong.push(`the client heard ${JSON.stringify(data)}`);
}
if (heard.join() !== "connection_ack,error,next,complete") wrong.push(`the client heard ${heard}`);
await client.dispose();
console.log(JSON.stringify(wrong));
