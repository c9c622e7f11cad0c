import { createContext, use, useEffect, useState } from "react";
import type { Client } from "@urql/core";
import { ask } from "../api/ask";
import { ViewerDocument, type KeyScope } from "../gql/documents";

/** What the key of this page allows; null until the server has told. */
export const ScopesContext = createContext<readonly KeyScope[] | null>(null);

/** Whether the key allows something. Until it is known, it is taken to: the server refuses what it must. */
export function useMay(scope: KeyScope): boolean {
  const scopes = use(ScopesContext);
  return scopes === null || scopes.includes(scope);
}

/** Asks what the key allows. */
export function useScopes(api: Client): readonly KeyScope[] | null {
  const [scopes, setScopes] = useState<readonly KeyScope[] | null>(null);
  useEffect(() => {
    let left = false;
    void ask(api, ViewerDocument, {}).then(
      ({ viewer }) => !left && setScopes(viewer.scopes),
      () => undefined, // without an answer nothing is hidden
    );
    return () => {
      left = true;
    };
  }, [api]);
  return scopes;
}
