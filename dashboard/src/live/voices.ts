import { useEffect, useState } from "react";

/** How often levels are looked at, in milliseconds. */
const lookEvery = 120;
/** What is more quiet than this is silence, in decibels below the loudest. */
const quietest = -60;
/** How loud somebody is who speaks, from 0 to 1. */
const speech = 0.35;
/** For how long a voice counts after its latest packet, in milliseconds. */
const recent = 400;

export interface Voices {
  /** How loud it is now, from 0 to 1, as ears take it. */
  level: number;
  /** The numbers of the participants that are heard. */
  speaking: readonly number[];
}

const silence: Voices = { level: 0, speaking: [] };

/** How loud what a peer sends or receives is, and who speaks; silence without a peer. */
export function useVoices(peer: RTCPeerConnection | null): Voices {
  const [voices, setVoices] = useState(silence);
  useEffect(() => {
    if (!peer) return;
    const look = async () => setVoices(await voicesOf(peer));
    const timer = setInterval(() => void look(), lookEvery);
    return () => clearInterval(timer);
  }, [peer]);
  return peer ? voices : silence;
}

interface AudioStats {
  kind?: string;
  mid?: string;
  audioLevel?: number;
}

async function voicesOf(peer: RTCPeerConnection): Promise<Voices> {
  const levels = new Map<string, number>();
  (await peer.getStats()).forEach(({ type, kind, mid = "", audioLevel }: AudioStats & { type: string }) => {
    if (kind === "audio" && audioLevel !== undefined && (type === "inbound-rtp" || type === "media-source")) levels.set(mid, loudness(audioLevel));
  });
  const heard = peer.getTransceivers().filter(({ mid }) => (levels.get(mid ?? "") ?? 0) > speech);
  return { level: Math.max(0, ...levels.values()), speaking: heard.flatMap(({ receiver }) => sourcesOf(receiver)) };
}

/** The participants whose voice came last: the server stamps each packet with its speaker's number. */
export function sourcesOf(receiver: RTCRtpReceiver): number[] {
  const now = performance.timeOrigin + performance.now();
  return receiver.getContributingSources().flatMap(({ source, timestamp }) => (now - timestamp < recent ? source : []));
}

/** A linear level as ears take it. */
function loudness(level: number): number {
  return level <= 0 ? 0 : Math.max(0, 1 - (20 * Math.log10(level)) / quietest);
}
