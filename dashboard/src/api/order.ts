import type { AnyVariables, Client, CombinedError, DocumentInput } from "@urql/core";
import type { RefusalFragment } from "../gql/documents";
import { describe } from "./ask";

/** Why an order was refused, in a sentence; with the part of the input that is at fault, if it is one. */
export type Refusal = Pick<RefusalFragment, "code" | "message" | "path">;

/** What became of an order: what was answered, and why it was refused; no refusals when it was done. */
export interface Outcome<Data> {
  data: Data | null;
  refusals: readonly Refusal[];
}

/** How long to wait before an order is given again that got no answer, in milliseconds. */
const waits = [400, 1200];

/** Gives an order: a mutation of one field. Refusals are returned, failures among them, in words for people. */
export async function order<Data, Variables extends AnyVariables>(
  api: Client,
  document: DocumentInput<Data, Variables>,
  variables: Variables,
): Promise<Outcome<Data>> {
  const { data, error } = await api.mutation(document, variables).toPromise();
  if (error) return { data: null, refusals: [failed(error)] };
  const [payload] = Object.values(data as Record<string, { userErrors?: readonly Refusal[] } | null>).filter((value) => typeof value === "object");
  return { data: data ?? null, refusals: payload?.userErrors ?? [] };
}

/** Gives an order under a name of its own, again if there is no answer: it is done once, however often it arrives. */
export async function orderOnce<Data, Input extends object>(
  api: Client,
  document: DocumentInput<Data, { input: Input }>,
  input: Input,
): Promise<Outcome<Data>> {
  const named = { input: { ...input, idempotencyKey: freshKey() } };
  for (const wait of waits) {
    const outcome = await order(api, document, named);
    if (outcome.refusals[0]?.code !== unanswered) return outcome;
    await new Promise((resume) => setTimeout(resume, wait));
  }
  return order(api, document, named);
}

const unanswered = "UNANSWERED";

function failed(error: CombinedError): Refusal {
  const code = error.networkError ? unanswered : codeOf(error);
  return { code, message: describe(error), path: [] };
}

function codeOf({ graphQLErrors }: CombinedError): string {
  const code = graphQLErrors[0]?.extensions["code"];
  return typeof code === "string" ? code : "FAILED";
}

/** A key that no other order has. Pages without TLS have no randomUUID. */
function freshKey(): string {
  return `page-${Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join("")}`;
}
