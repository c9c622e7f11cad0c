import type { Meeting, Room } from "../meeting/state";
import { Button } from "../ui/Button";
import { useListening } from "./listening";
import { Strip } from "./Strip";
import { useVoices } from "./voices";

interface Props {
  meeting: Meeting;
  roomId: string;
  /** Undefined when it was deleted. */
  room: Room | undefined;
  onStop: () => void;
  onAgain: () => void;
}

/** Listens in on one room. */
export function ListenStrip({ meeting, roomId, room, onStop, onAgain }: Props) {
  const { phase, trouble, peer } = useListening(roomId, null);
  const { level, speaking } = useVoices(peer);
  const name = room?.name ?? "A room";
  const gone = whyGone(meeting, room);
  const spoke = [...meeting.participants.values()].filter((who) => speaking.includes(who.number)).map((who) => who.name);
  const status = phase === "connecting" ? "connecting…" : spoke.length > 0 ? `${spoke.join(", ")} speaking` : "listening";
  return (
    <Strip label="Listening in" title={name} status={status} trouble={gone ?? trouble} level={level}>
      {gone === null && phase === "over" && <Button onPress={onAgain}>Try again</Button>}
      <Button onPress={onStop}>{phase === "over" || gone !== null ? "Close" : "Stop listening"}</Button>
    </Strip>
  );
}

/** Why there is nothing to be heard any more. */
function whyGone({ endedAt }: Meeting, room: Room | undefined): string | null {
  if (endedAt !== null) return "The meeting is over.";
  if (!room) return "The room was deleted.";
  const open = room.kind === "MAIN" || room.state === "OPEN" || room.state === "CLOSING";
  return open ? null : "The room is closed, and its people are back in the main room.";
}
