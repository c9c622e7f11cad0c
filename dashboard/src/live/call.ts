/** Media between this page and a meeting, by WHIP (RFC 9725) or WHEP (draft-ietf-wish-whep). */
export interface Call {
  /** The participant that this page is; null for who only listens. */
  participant: string | null;
  /** Ends it on both sides; the server hears of it even when the page is being left. */
  end: () => void;
}

/** How long a way may be silent before it is taken for lost, in milliseconds. */
const patience = 8000;

/** Begins a call by a link with what was added to the peer. A refusal is thrown as the server's sentence. */
export async function begin(peer: RTCPeerConnection, link: string): Promise<Call> {
  await peer.setLocalDescription();
  await gathered(peer);
  // The link names the server as others reach it: this page calls where it came from.
  const { pathname, search } = new URL(link);
  const answer = await fetch(pathname + search, { method: "POST", headers: { "content-type": "application/sdp" }, body: peer.localDescription?.sdp ?? "" }).catch(() => null);
  if (!answer) throw new Error("The server does not answer.");
  if (answer.status !== 201) throw new Error(await reasonOf(answer));
  const session = answer.headers.get("Location");
  const end = () => {
    // What is not ended yet is ended by a word first: a peer that closes is a connection that was lost.
    const told = session === null || isOver(peer) ? Promise.resolve(null) : fetch(session, { method: "DELETE", keepalive: true });
    void told.catch(() => null).then(() => peer.close());
  };
  await peer.setRemoteDescription({ type: "answer", sdp: await answer.text() }).catch((error: unknown) => {
    end();
    throw error;
  });
  return { participant: answer.headers.get("Breakout-Participant"), end };
}

/** Waits until the offer has all candidates in it: the server takes none later. */
function gathered(peer: RTCPeerConnection): Promise<void> {
  return new Promise((done) => {
    const look = () => peer.iceGatheringState === "complete" && done();
    peer.addEventListener("icegatheringstatechange", look);
    look();
  });
}

async function reasonOf(answer: Response): Promise<string> {
  const problem = (await answer.json().catch(() => null)) as { detail?: string } | null;
  return problem?.detail ?? `The server refused with ${answer.status}.`;
}

/** Tells when media flows, and when it does no more: because the server has ended it, or nothing comes. */
export function watch(peer: RTCPeerConnection, onLive: () => void, onLost: () => void): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = () => {
    clearTimeout(timer);
    if (isOver(peer)) onLost();
    else if (peer.connectionState === "connected") onLive();
    else if (peer.connectionState === "disconnected") timer = setTimeout(() => peer.connectionState === "disconnected" && onLost(), patience);
  };
  peer.addEventListener("connectionstatechange", look);
  for (const transport of transportsOf(peer)) transport.addEventListener("statechange", look);
  look();
}

/** Whether no media can come any more. */
function isOver(peer: RTCPeerConnection): boolean {
  return peer.connectionState === "failed" || peer.connectionState === "closed" || transportsOf(peer).some(({ state }) => state === "closed" || state === "failed");
}

function transportsOf(peer: RTCPeerConnection): RTCDtlsTransport[] {
  return peer.getTransceivers().flatMap(({ sender, receiver }) => sender.transport ?? receiver.transport ?? []);
}
