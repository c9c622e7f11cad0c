import type { Client } from "@urql/core";
import { createContext, use } from "react";
import type { Socket } from "./socket";

/** How this page reaches the API. */
export interface Connection {
  api: Client;
  socket: Socket;
}

export const ConnectionContext = createContext<Connection | null>(null);

export function useConnection(): Connection {
  const connection = use(ConnectionContext);
  if (!connection) throw new Error("There is no connection around this part of the page.");
  return connection;
}
