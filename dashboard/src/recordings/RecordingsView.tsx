import { ToggleButton, ToggleButtonGroup } from "react-aria-components";
import { PageLink } from "../app/PageLink";
import type { MeetingViewProps } from "../app/places";
import { addressOf, go, useParameter } from "../app/route";
import { clock } from "../ui/time";
import { between } from "../ui/time";
import { PeopleHeard } from "./PeopleHeard";
import { segmentAt } from "./places";
import { Recordings } from "./Recordings";
import styles from "./Recordings.module.css";
import { SegmentView } from "./SegmentView";

/** What bots recorded: all of it, or the one segment that the address names, or that has the moment that it names. */
export function RecordingsView({ meeting, feed }: MeetingViewProps) {
  const [segmentId, t, moment, roomId] = [useParameter("segment"), useParameter("t"), useParameter("moment"), useParameter("room")];
  const segment = segmentId === null ? (moment === null ? null : segmentAt(meeting, moment, roomId ?? undefined)) : (meeting.segments.get(segmentId) ?? null);
  const from = moment !== null && segment ? Math.max(0, between(segment.startedAt, moment)) : t === null ? null : Number(t);
  if (segment) return <SegmentView key={segment.id} meeting={meeting} feed={feed} segment={segment} from={from !== null && Number.isFinite(from) ? from : null} />;
  return (
    <>
      {segmentId !== null && <Missing meetingId={meeting.id}>There is no recording {segmentId} in this meeting.</Missing>}
      {moment !== null && (
        <Missing meetingId={meeting.id}>
          Nothing was recorded {roomId === null ? "in this meeting" : `in ${meeting.rooms.get(roomId)?.name ?? "that room"}`} at {clock(moment)}.
        </Missing>
      )}
      <AllRecordings meeting={meeting} />
    </>
  );
}

function Missing({ meetingId, children }: { meetingId: string; children: React.ReactNode }) {
  return (
    <p className={styles.missing} role="status">
      {children} <PageLink href={addressOf(meetingId, "recordings")}>All recordings</PageLink>
    </p>
  );
}

function AllRecordings({ meeting }: { meeting: MeetingViewProps["meeting"] }) {
  const by = useParameter("by") === "person" ? "person" : "room";
  if (meeting.segments.size === 0) return <Recordings meeting={meeting} />;
  return (
    <>
      <ToggleButtonGroup
        className={styles.by}
        aria-label="How recordings are sorted"
        disallowEmptySelection
        selectedKeys={[by]}
        onSelectionChange={([choice]) => go(addressOf(meeting.id, "recordings", choice === "person" ? { by: "person" } : {}))}
      >
        <ToggleButton id="room">By room</ToggleButton>
        <ToggleButton id="person">By person</ToggleButton>
      </ToggleButtonGroup>
      {by === "person" ? <PeopleHeard meeting={meeting} /> : <Recordings meeting={meeting} />}
    </>
  );
}
