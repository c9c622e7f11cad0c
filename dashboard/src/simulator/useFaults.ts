import { useEffect, useState } from "react";
import { ask } from "../api/ask";
import { useConnection } from "../api/connection";
import { FaultsDocument, type FaultsQuery } from "../gql/documents";

export type Overlay = FaultsQuery["faultOverlays"][number];
export type Kind = FaultsQuery["faultKinds"][number];

/** The faults that this server can make; null until they are read. */
export function useFaults(): { faults: FaultsQuery | null; error: string | null } {
  const { api } = useConnection();
  const [known, setKnown] = useState<{ faults: FaultsQuery | null; error: string | null }>({ faults: null, error: null });
  useEffect(() => {
    let left = false;
    ask(api, FaultsDocument, {}).then(
      (faults) => left || setKnown({ faults, error: null }),
      (failure: unknown) => left || setKnown({ faults: null, error: (failure as Error).message }),
    );
    return () => {
      left = true;
    };
  }, [api]);
  return known;
}
