import { createClient, type Client } from "graphql-ws/client";

/** How often a quiet socket is asked whether it is still there, and how long it may take to answer, in milliseconds. */
const pingEvery = 10_000;
const pongWithin = 5_000;

/** The one socket that all subscriptions go over. */
export interface Socket {
  client: Client;
  isOpen: () => boolean;
}

/** The address of the API's socket, on the server that the page came from. */
function socketAddress(): string {
  return `${location.protocol.replace("http", "ws")}//${location.host}/graphql`;
}

/**
 * Makes the socket. It never connects anew by itself: it would ask for the same
 * events again, while `follow` knows where to go on.
 */
export function createSocket(key: string): Socket {
  let open = false;
  let silence: ReturnType<typeof setTimeout> | undefined;
  const client = createClient({
    url: socketAddress(),
    connectionParams: { key },
    retryAttempts: 0,
    keepAlive: pingEvery,
    on: {
      connected: () => (open = true),
      closed: () => {
        open = false;
        clearTimeout(silence);
      },
      // A laptop that slept finds its socket open and dead.
      ping: (received) => {
        if (!received) silence = setTimeout(() => client.terminate(), pongWithin);
      },
      pong: (received) => {
        if (received) clearTimeout(silence);
      },
    },
  });
  return { client, isOpen: () => open };
}
