import { useEffect, useState } from "react";
import { begin, watch, type Call } from "./call";

/** Gives a peer what it sends or receives, and has a link made for it. Refusals are thrown in words for people. */
export type Dial = (peer: RTCPeerConnection) => Promise<string>;

export interface Calling {
  phase: "connecting" | "live" | "over";
  /** Why it is over. */
  trouble: string | null;
  peer: RTCPeerConnection | null;
  participant: string | null;
}

const connecting: Calling = { phase: "connecting", trouble: null, peer: null, participant: null };

/** Calls while the component is there that uses it, or until the page is left. */
export function useCall(dial: Dial): Calling {
  const [calling, setCalling] = useState(connecting);
  useEffect(() => {
    const peer = new RTCPeerConnection();
    let call: Call | null = null;
    let left = false;
    const set = (change: Partial<Calling>) => !left && setCalling((before) => ({ ...before, ...change }));
    const leave = () => {
      if (!left) call?.end();
      left = true; // what has not begun yet ends as soon as it has
    };
    const over = (trouble: string) => {
      set({ phase: "over", trouble, peer: null });
      leave();
    };
    const start = async () => {
      const begun = await begin(peer, await dial(peer));
      if (left) {
        begun.end();
        return;
      }
      call = begun;
      set({ participant: begun.participant });
      watch(peer, () => set({ phase: "live", peer }), () => over("The connection was lost."));
    };
    start().catch((error: unknown) => {
      over(error instanceof Error ? error.message : String(error));
      peer.close();
    });
    addEventListener("pagehide", leave);
    return () => {
      removeEventListener("pagehide", leave);
      leave();
    };
  }, [dial]);
  return calling;
}
