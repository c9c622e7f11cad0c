import { Client, fetchExchange, mapExchange, subscriptionExchange, type CombinedError } from "@urql/core";
import type { Socket } from "./socket";

/** What the API answered when it did not know the key. */
export function isUnauthenticated(error: CombinedError): boolean {
  const { status } = (error.response ?? {}) as Partial<Response>;
  return status === 401 || error.graphQLErrors.some((e) => e.extensions.code === "UNAUTHENTICATED");
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
        onError: (error) => {
          if (isUnauthenticated(error)) onRefused();
        },
      }),
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query = "", variables, operationName }) => ({
          subscribe: (sink) => ({
            unsubscribe: socket.client.subscribe(
              { query, variables: (variables ?? {}) as Record<string, unknown>, operationName: operationName ?? null },
              sink as Parameters<typeof socket.client.subscribe>[1],
            ),
          }),
        }),
      }),
    ],
  });
}
