import { useCallback, useState } from "react";
import { useMay } from "../access/viewer";
import { useOrder } from "../api/useOrder";
import { SetMediaDocument } from "../gql/documents";
import type { Meeting, Participant } from "../meeting/state";
import { Button } from "../ui/Button";
import { Refusals } from "../ui/Refusals";
import type { Guest } from "./live";
import styles from "./Live.module.css";
import { useListening } from "./listening";
import { Strip } from "./Strip";
import { useCall, type Calling } from "./useCall";
import { useVoices } from "./voices";

interface Props {
  meeting: Meeting;
  guest: Guest;
  onLeave: () => void;
  onAgain: () => void;
}

/** Takes part in the meeting: speaks by WHIP, and hears the room that it is in by WHEP. */
export function GuestStrip({ meeting, guest: { name, link, stream }, onLeave, onAgain }: Props) {
  const dial = useCallback(
    (peer: RTCPeerConnection) => {
      for (const track of stream.getTracks()) peer.addTransceiver(track, { direction: "sendonly", streams: [stream] });
      return Promise.resolve(link);
    },
    [stream, link],
  );
  const call = useCall(dial);
  const { level } = useVoices(call.peer);
  const hears = useMay("CONTROL");
  const who = meeting.participants.get(call.participant ?? "");
  return (
    <Strip label="You in the meeting" title={name} status={statusOf(meeting, call, who)} trouble={troubleOf(meeting, call, who)} level={level}>
      {call.phase === "live" && who && <Sending stream={stream} who={who} />}
      {call.phase === "live" && hears && who?.roomId != null && <Hearing key={who.roomId} roomId={who.roomId} own={who.number} />}
      {call.phase === "over" && meeting.endedAt === null && <Button onPress={onAgain}>Join again</Button>}
      <Button kind={call.phase === "over" ? "plain" : "danger"} onPress={onLeave}>
        {call.phase === "over" ? "Close" : "Leave"}
      </Button>
    </Strip>
  );
}

function statusOf({ rooms }: Meeting, { phase }: Calling, who: Participant | undefined): string {
  if (phase === "connecting" || !who) return "joining…";
  if (who.waits) return "waiting to be let in";
  return `in ${rooms.get(who.roomId ?? "")?.name ?? "no room"}`;
}

/** Why it is over: what the meeting tells of it says more than the connection. */
function troubleOf({ endedAt }: Meeting, { trouble }: Calling, who: Participant | undefined): string | null {
  if (trouble === null) return null;
  if (endedAt !== null) return "The meeting is over.";
  return who?.roomId === null && !who.waits ? "You are no longer in the meeting." : trouble;
}

/** The microphone and the camera, on and off: here at once, and for everybody to see. */
function Sending({ stream, who }: { stream: MediaStream; who: Participant }) {
  return (
    <>
      {stream.getAudioTracks().map((track) => (
        <Switch key={track.id} track={track} who={who} of="microphone" on="Unmute" off="Mute" />
      ))}
      {stream.getVideoTracks().map((track) => (
        <Switch key={track.id} track={track} who={who} of="camera" on="Camera on" off="Camera off" />
      ))}
      {stream.getVideoTracks().length > 0 && <Mirror stream={stream} />}
    </>
  );
}

interface SwitchProps {
  track: MediaStreamTrack;
  who: Participant;
  of: "microphone" | "camera";
  /** What its button says that turns it on, and that turns it off. */
  on: string;
  off: string;
}

function Switch({ track, who, of, on, off }: SwitchProps) {
  const orders = useOrder();
  const tells = useMay("CONTROL");
  const [wanted, want] = useState(track.enabled);
  const sends = wanted && (who.media?.[of] ?? true); // a host may have muted it
  const turn = () => {
    want(!sends);
    enable(track, !sends);
    if (tells) void orders.give(SetMediaDocument, { participantId: who.id, [of]: !sends });
  };
  return (
    <>
      <Button onPress={turn}>{sends ? off : on}</Button>
      <Refusals of={orders.refusals} />
    </>
  );
}

/** Off, a track sends silence, or a black picture. */
function enable(track: MediaStreamTrack, on: boolean): void {
  track.enabled = on;
}

/** What the camera shows to others. */
function Mirror({ stream }: { stream: MediaStream }) {
  const show = useCallback(
    (video: HTMLVideoElement | null) => {
      if (video) video.srcObject = stream;
    },
    [stream],
  );
  return <video ref={show} className={styles.mirror} aria-label="What your camera shows" muted autoPlay playsInline />;
}

function Hearing({ roomId, own }: { roomId: string; own: number }) {
  const { trouble } = useListening(roomId, own);
  return trouble === null ? null : <p className={styles.note}>You are heard, but hear nobody: {trouble}</p>;
}
