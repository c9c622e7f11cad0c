import { startTransition, useEffect, useState } from "react";
import { ask } from "../api/ask";
import { useConnection } from "../api/connection";
import { CoverageDocument, type CoverageQuery } from "../gql/documents";

/** How often coverage is read anew while rooms are open, in milliseconds: it grows with time, not with events. */
const readEvery = 5000;

type Coverage = NonNullable<CoverageQuery["meeting"]>["coverage"];
export type RoomCoverage = Pick<Coverage["rooms"][number], "share" | "occupiedSeconds">;

/** How much of each room was recorded, by the rooms' ids. */
export function useCoverage(meetingId: string, grows: boolean): ReadonlyMap<string, RoomCoverage> {
  const { api } = useConnection();
  const [byRoom, setByRoom] = useState<ReadonlyMap<string, RoomCoverage>>(new Map());
  useEffect(() => {
    let left = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const take = ({ rooms }: Coverage) => startTransition(() => setByRoom(new Map(rooms.map(({ room, ...rest }) => [room.id, rest]))));
    const read = async () => {
      const answer = document.hidden ? null : await ask(api, CoverageDocument, { id: meetingId }).catch(() => null);
      if (left) return;
      if (answer?.meeting) take(answer.meeting.coverage);
      if (grows) timer = setTimeout(() => void read(), readEvery);
    };
    void read();
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, [api, meetingId, grows]);
  return byRoom;
}
