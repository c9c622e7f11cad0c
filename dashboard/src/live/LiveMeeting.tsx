import { lazy, Suspense, useEffect, useMemo, useState, type ReactNode } from "react";
import { useMay } from "../access/viewer";
import type { Meeting } from "../meeting/state";
import { LiveContext, type Guest } from "./live";

const LiveBar = lazy(async () => ({ default: (await import("./LiveBar")).LiveBar }));

/** Lets the views of a meeting listen in and join. Both end when the meeting is left for another page, not for another view. */
export function LiveMeeting({ meeting, children }: { meeting: Meeting; children: ReactNode }) {
  const [lasts, mayListen, mayJoin] = [meeting.endedAt === null, useMay("CONTROL"), useMay("SIMULATE")];
  const [roomId, listen] = useState<string | null>(null);
  const [guest, join] = useState<Guest | null>(null);
  useEffect(() => () => guest?.stream.getTracks().forEach((track) => track.stop()), [guest]); // the browser shows that it hears until then
  const live = useMemo(() => ({ mayListen: lasts && mayListen, roomId, listen, mayJoin: lasts && mayJoin && guest === null, join }), [lasts, mayListen, mayJoin, roomId, guest]);
  return (
    <LiveContext value={live}>
      {children}
      <Suspense>{(roomId !== null || guest !== null) && <LiveBar meeting={meeting} guest={guest} onLeave={() => join(null)} />}</Suspense>
    </LiveContext>
  );
}
