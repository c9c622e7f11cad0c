import type { Client } from "@urql/core";
import { useCallback } from "react";
import { useConnection } from "../api/connection";
import { order } from "../api/order";
import { CreateListenLinkDocument } from "../gql/documents";
import { useCall, type Calling } from "./useCall";
import { sourcesOf } from "./voices";

/** How many people can be heard at once; when more speak, they wait for one to pause. */
const places = 8;
/** How often it is looked at whose voice a place has, in milliseconds. */
const lookEvery = 100;

/** Plays what is said in a room while the component is there that uses it; all but the voice of one participant, whose own it is. */
export function useListening(roomId: string, own: number | null): Calling {
  const { api } = useConnection();
  const dial = useCallback(
    async (peer: RTCPeerConnection) => {
      for (let i = 0; i < places; i++) peer.addTransceiver("audio", { direction: "recvonly" });
      peer.addEventListener("track", ({ track, receiver }) => play(track, receiver, own));
      return linkTo(api, roomId);
    },
    [api, roomId, own],
  );
  return useCall(dial);
}

async function linkTo(api: Client, roomId: string): Promise<string> {
  const { data, refusals } = await order(api, CreateListenLinkDocument, { input: { roomId } });
  const link = data?.createListenLink.link;
  if (!link) throw new Error(refusals.map(({ message }) => message).join(" "));
  return link.url;
}

/** Plays a voice for as long as it comes. */
function play(track: MediaStreamTrack, receiver: RTCRtpReceiver, own: number | null): void {
  const audio = new Audio();
  audio.srcObject = new MediaStream([track]);
  void audio.play().catch(() => undefined); // refused only where nobody has pressed anything
  if (own === null) return;
  audio.muted = true; // until it is known whose it is
  const timer = setInterval(() => {
    const speakers = sourcesOf(receiver);
    if (speakers.length > 0) audio.muted = speakers.includes(own);
    if (track.readyState === "ended") clearInterval(timer);
  }, lookEvery);
}
