// Verifies webhooks as npm's standardwebhooks and svix do.
import * as standardwebhooks from "standardwebhooks";
import * as svix from "svix";

let verified = 0;
let refused = 0;
for (const { what, secret, valid } of JSON.parse(process.env.BREAKOUT_CASES)) {
  const headers = Object.fromEntries(Object.entries(what.headers).map(([name, value]) => [name.toLowerCase(), value]));
  const of = (prefix) => Object.fromEntries(["id", "timestamp", "signature"].map((name) => [`${prefix}-${name}`, headers[`${prefix}-${name}`]]));
  for (const verify of [
    () => new standardwebhooks.Webhook(secret).verify(what.body, of("webhook")),
    () => new svix.Webhook(secret).verify(what.body, of("svix")),
  ]) {
    try {
      verify();
      if (!valid) throw new TypeError("a wrong signature was taken for a right one");
      verified++;
    } catch (error) {
      if (valid || error instanceof TypeError) throw error;
      refused++;
    }
  }
}
console.log(JSON.stringify({ verified, refused }));
