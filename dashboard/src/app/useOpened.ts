import { useState } from "react";
import type { Meetings } from "../meetings/useMeetings";
import { useParameter } from "./route";

/** The meeting that is open: the one that the address names, or else the newest. The newest at first sight stays open when newer ones come. */
export function useOpened(meetings: Meetings): string | null {
  const routed = useParameter("meeting");
  const [opened, setOpened] = useState<string | null>(null);
  const newest = meetings.list[0]?.id ?? null;
  if (opened === null && newest !== null) setOpened(newest);
  return routed ?? opened;
}
