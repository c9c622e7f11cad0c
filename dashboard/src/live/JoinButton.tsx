import { lazy, Suspense, useState } from "react";
import { Button } from "../ui/Button";
import { Panel } from "../ui/Panel";
import { useLive } from "./live";

const JoinForm = lazy(async () => ({ default: (await import("./JoinForm")).JoinForm }));

/** The way into the meeting, as a guest with a microphone and a camera. */
export function JoinButton({ meetingId }: { meetingId: string }) {
  const { mayJoin } = useLive();
  const [opened, setOpened] = useState(false);
  if (!mayJoin) return null;
  return (
    <>
      <Button onPress={() => setOpened(true)}>Join…</Button>
      <Panel title="Join as a guest" isOpen={opened} onClose={() => setOpened(false)}>
        <Suspense>
          <JoinForm meetingId={meetingId} />
        </Suspense>
      </Panel>
    </>
  );
}
