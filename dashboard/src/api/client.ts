import { Client, fetchExchange, makeOperation, mapExchange, subscriptionExchange, type CombinedError, type Operation } from "@urql/core";
import { hashes } from "../gql/hashes";
import type { Socket } from "./socket";

/** What the API answered when it did not know the key. */
export function isUnauthenticated(error: CombinedError): boolean {
  const { status } = (error.response ?? {}) as Partial<Response>;
  return status === 401 || error.graphQLErrors.some((e) => e.extensions.code === "UNAUTHENTICATED");
}

/** Has an operation go by its hash: the server knows what the page can ask for. */
function byHash(operation: Operation): Operation {
  const [first] = operation.query.definitions;
  const sha256Hash = first?.kind === "OperationDefinition" ? hashes[first.name?.value ?? ""] : undefined;
  if (!sha256Hash) return operation;
  const extensions = { ...operation.extensions, persistedQuery: { version: 1 as const, sha256Hash } };
  return makeOperation(operation.kind, { ...operation, extensions });
}

/**
 * Makes the client of the API for one key. It caches nothing: what lasts is
 * kept by the feed of a meeting, which events keep up to date.
 */
export function createApi(key: string, socket: Socket, onRefused: () => void): Client {
  return new Client({
    url: "/graphql",
    preferGetMethod: false,
    requestPolicy: "network-only",
    fetchOptions: { headers: { authorization: `Bearer ${key}` } },
    exchanges: [
      mapExchange({
        onOperation: byHash,
        onError: (error) => {
          if (isUnauthenticated(error)) onRefused();
        },
      }),
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query = "", variables, operationName, extensions }) => ({
          subscribe: (sink) => ({
            unsubscribe: socket.client.subscribe(
              { query, variables: (variables ?? {}) as Record<string, unknown>, operationName: operationName ?? null, extensions: extensions ?? null },
              sink as Parameters<typeof socket.client.subscribe>[1],
            ),
          }),
        }),
      }),
    ],
  });
}
