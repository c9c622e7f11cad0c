import { createContext, startTransition, useEffect, useState } from "react";
import { ask } from "../api/ask";
import { useConnection } from "../api/connection";
import { SpeakingDocument } from "../gql/documents";

/** How often it is asked who speaks, in milliseconds: no event tells of every word. */
const askEvery = 1500;

const nobody: ReadonlySet<string> = new Set();

/** The ids of the people who speak now. */
export const SpeakingContext = createContext(nobody);

/** Asks again and again who speaks, while the page is seen and the meeting lasts. Only rooms with a bot are heard. */
export function useSpeaking(meetingId: string, lasts: boolean): ReadonlySet<string> {
  const { api } = useConnection();
  const [speaking, setSpeaking] = useState(nobody);
  useEffect(() => {
    if (!lasts) return;
    let left = false;
    let timer: ReturnType<typeof setTimeout>;
    const look = async () => {
      const time = new Date().toISOString();
      const answer = document.hidden ? null : await ask(api, SpeakingDocument, { id: meetingId, time }).catch(() => null);
      if (left) return;
      const ids = answer?.meeting?.at.flatMap((room) => room.speaking.map((who) => who.id)) ?? [];
      startTransition(() => setSpeaking((before) => (ids.length === before.size && ids.every((id) => before.has(id)) ? before : new Set(ids))));
      timer = setTimeout(() => void look(), askEvery);
    };
    void look();
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, [api, meetingId, lasts]);
  return lasts ? speaking : nobody;
}
