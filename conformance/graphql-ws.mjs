// Asks the server something over graphql-transport-ws, as npm's graphql-ws does.
import { createClient } from "graphql-ws";
import WebSocket from "ws";

const client = createClient({
  url: process.env.BREAKOUT_URL.replace(/^http/, "ws") + "/graphql",
  connectionParams: { key: process.env.BREAKOUT_KEY },
  webSocketImpl: WebSocket,
  retryAttempts: 0,
});
const results = [];
for await (const result of client.iterate({ query: "{ meetings(first: 1) { nodes { title } } }" })) {
  results.push(result);
}
await client.dispose();
console.log(JSON.stringify(results));
