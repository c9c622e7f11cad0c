import { useCallback, useEffect, useState } from "react";
import { forgetKey, keepKey, takeKey } from "./key";

/** The key of this tab, and what can become of it. */
export interface KeyInHand {
  key: string | null;
  /** Whether the server refused the last key. */
  refused: boolean;
  give: (key: string) => void;
  refuse: () => void;
  forget: () => void;
}

export function useKey(): KeyInHand {
  const [hand, setHand] = useState(() => ({ key: takeKey(), refused: false }));

  useEffect(() => {
    // A link with another key may be opened in this very tab.
    const onHash = () => {
      if (location.hash.includes("key=")) setHand({ key: takeKey(), refused: false });
    };
    addEventListener("hashchange", onHash);
    return () => removeEventListener("hashchange", onHash);
  }, []);

  const give = useCallback((key: string) => {
    keepKey(key);
    setHand({ key, refused: false });
  }, []);
  const drop = useCallback((refused: boolean) => {
    forgetKey();
    setHand({ key: null, refused });
  }, []);
  const refuse = useCallback(() => drop(true), [drop]);
  const forget = useCallback(() => drop(false), [drop]);
  return { ...hand, give, refuse, forget };
}
