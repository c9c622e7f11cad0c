import { addressOf } from "../app/route";
import type { Meeting, Segment } from "../meeting/state";
import { between } from "../ui/time";

/** The address of a segment's view, from a position on: seconds after its beginning. */
export function addressOfSegment(meetingId: string, segmentId: string, position?: number): string {
  return addressOf(meetingId, "recordings", { segment: segmentId, ...(position === undefined ? {} : { t: String(Math.max(0, Math.round(position * 100) / 100)) }) });
}

/** The address at which a moment of a meeting is heard: in the room, where one is given. */
export function addressOfMoment(meetingId: string, at: string, roomId?: string): string {
  return addressOf(meetingId, "recordings", { moment: at, ...(roomId === undefined ? {} : { room: roomId }) });
}

/** How long after what happened a bot may come that records it, in seconds: bots come a moment after the people. */
const soon = 3;

/**
 * The recording that has a moment: of the room, or else of a breakout room before
 * the main room. One that begins in a moment will do, and so does one that has just ended.
 */
export function segmentAt(meeting: Meeting, at: string, roomId?: string): Segment | null {
  const rank = (segment: Segment) => {
    const [after, left] = [between(segment.startedAt, at), segment.endedAt === null ? Infinity : between(at, segment.endedAt)];
    const outside = Math.max(0, -after, -left);
    const isMain = meeting.rooms.get(segment.roomId)?.kind === "MAIN";
    return outside > soon || (roomId !== undefined && segment.roomId !== roomId) || segment.state === "DELETED" ? Infinity : outside + (isMain ? 10 : 0);
  };
  const best = [...meeting.segments.values()].map((segment) => ({ segment, rank: rank(segment) })).sort((a, b) => a.rank - b.rank)[0];
  return best && best.rank < Infinity ? best.segment : null;
}
