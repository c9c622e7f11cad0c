import { useEffect, useState } from "react";
import { useConnection } from "../api/connection";
import type { Segment } from "../meeting/state";
import { noStory, readStory, type Story } from "./story";

/** How often the story of a segment is read anew while it is recorded, in milliseconds. */
const readEvery = 5000;

interface Read {
  segmentId: string;
  story: Story;
  error: string | null;
}

/** What happened during a segment, as far as it is known. */
export function useStory(segment: Segment): { story: Story; error: string | null } {
  const { api } = useConnection();
  const [read, setRead] = useState<Read | null>(null);
  const known = read?.segmentId === segment.id ? read : null;

  useEffect(() => {
    const gone = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const isRecording = segment.state === "RECORDING";
    const take = (story: Story) => {
      // What is read again is shown when all of it is there: until then there would be less than before.
      setRead((before) => (before?.segmentId === segment.id && before.story.whole && !story.whole ? before : { segmentId: segment.id, story, error: null }));
    };
    const go = async () => {
      const failure = await readStory(api, segment, gone.signal, take).catch((error: unknown) => error as Error);
      if (gone.signal.aborted) return;
      if (failure) setRead({ segmentId: segment.id, story: noStory, error: failure.message });
      else if (isRecording) timer = setTimeout(() => void go(), readEvery);
    };
    void go();
    return () => {
      gone.abort();
      clearTimeout(timer);
    };
  }, [api, segment]);

  return { story: known?.story ?? noStory, error: known?.error ?? null };
}
