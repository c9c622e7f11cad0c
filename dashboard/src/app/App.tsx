import { useMemo } from "react";
import { KeyForm } from "../access/KeyForm";
import { useKey, type KeyInHand } from "../access/useKey";
import { ScopesContext, useScopes } from "../access/viewer";
import { createApi } from "../api/client";
import { ConnectionContext } from "../api/connection";
import { createSocket } from "../api/socket";
import { Shell } from "./Shell";

/** The page: a key first, and then what it opens. */
export function App() {
  const hand = useKey();
  if (hand.key === null) return <KeyForm refused={hand.refused} onKey={hand.give} />;
  return <Opened key={hand.key} apiKey={hand.key} hand={hand} />;
}

function Opened({ apiKey, hand: { refuse, forget } }: { apiKey: string; hand: KeyInHand }) {
  const connection = useMemo(() => {
    const socket = createSocket(apiKey);
    return { socket, api: createApi(apiKey, socket, refuse) };
  }, [apiKey, refuse]);
  const scopes = useScopes(connection.api);
  return (
    <ConnectionContext value={connection}>
      <ScopesContext value={scopes}>
        <Shell onForget={forget} />
      </ScopesContext>
    </ConnectionContext>
  );
}
