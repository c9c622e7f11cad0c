// Holds /graphql against the audits of npm's graphql-http, which are the conditions
// of the specification of GraphQL over HTTP, and prints what each came to.
import { serverAudits } from "graphql-http";

const authorization = `Bearer ${process.env.BREAKOUT_KEY}`;
const audits = serverAudits({
  url: `${process.env.BREAKOUT_URL}/graphql`,
  fetchFn: (url, init) => fetch(url, { ...init, headers: { ...init?.headers, authorization } }),
});
const results = [];
for (const audit of audits) {
  const { status, reason } = await audit.fn();
  results.push({ id: audit.id, name: audit.name, status, reason });
}
console.log(JSON.stringify(results));
