// How loud a recording is over time, computed in the page. An Ogg file is read as
// it comes, cut into pieces of half a minute, and each piece is decoded by the
// browser for itself: hours of sound never lie in memory at once.

/** How many levels a second has. */
export const levelsPerSecond = 25;

/** To how many samples per second the sound is decoded: enough to be seen. */
const sampleRate = 8000;
const samplesPerLevel = sampleRate / levelsPerSecond;

/** Opus counts 48,000 samples per second whatever the sound has (RFC 7845). */
const opusRate = 48_000;
const pieceSeconds = 30;

/** A page of an Ogg file (RFC 3533). */
interface Page {
  bytes: Uint8Array;
  /** How many samples there are up to its end; none, when no packet ends in it. */
  granule: number | null;
  continued: boolean;
}

/** Tells the levels of an Ogg/Opus file as they become known: each from 0 to 255, from a place on. */
export async function readLevels(url: string, signal: AbortSignal, tell: (from: number, levels: Uint8Array) => void): Promise<void> {
  const response = await fetch(url, { signal });
  if (!response.ok || !response.body) throw new Error("The recording can’t be read.");
  const head: Uint8Array[] = [];
  let piece: Uint8Array[] = [];
  let [began, ends] = [0, 0];
  const decode = async () => {
    if (piece.length > 0) tell(Math.round((began / opusRate) * levelsPerSecond), await levelsOf([...head, ...piece]));
    [piece, began] = [[], ends];
  };
  for await (const page of pagesOf(response.body, signal)) {
    if (head.length < 2 || (page.granule === 0 && piece.length === 0)) {
      head.push(page.bytes);
      continue;
    }
    if (!page.continued && ends - began >= pieceSeconds * opusRate) await decode();
    piece.push(page.bytes);
    ends = page.granule ?? ends;
  }
  await decode();
}

async function* pagesOf(body: ReadableStream<Uint8Array>, signal: AbortSignal): AsyncGenerator<Page> {
  const reader = body.getReader();
  let rest: Uint8Array = new Uint8Array();
  for (;;) {
    const { value, done } = await reader.read();
    if (done || signal.aborted) return;
    rest = joined([rest, value]);
    for (let length = pageLength(rest); length !== null && length <= rest.length; length = pageLength(rest)) {
      yield pageOf(rest.slice(0, length));
      rest = rest.subarray(length);
    }
  }
}

/** How long the page is that the bytes begin with; null when too few are there to tell. */
function pageLength(bytes: Uint8Array): number | null {
  const segments = bytes[26];
  if (segments === undefined || bytes.length < 27 + segments) return null;
  return bytes.subarray(27, 27 + segments).reduce((sum, length) => sum + length, 27 + segments);
}

function pageOf(bytes: Uint8Array): Page {
  const granule = new DataView(bytes.buffer, bytes.byteOffset).getBigInt64(6, true);
  return { bytes, granule: granule < 0n ? null : Number(granule), continued: ((bytes[5] ?? 0) & 1) === 1 };
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

async function levelsOf(pages: readonly Uint8Array[]): Promise<Uint8Array> {
  const decoder = new OfflineAudioContext(1, 1, sampleRate);
  const sound = await decoder.decodeAudioData(joined(pages).buffer);
  const samples = sound.getChannelData(0);
  const levels = new Uint8Array(Math.ceil(samples.length / samplesPerLevel));
  for (let i = 0; i < levels.length; i++) {
    let peak = 0;
    for (let at = i * samplesPerLevel, end = Math.min(at + samplesPerLevel, samples.length); at < end; at++) peak = Math.max(peak, Math.abs(samples[at] ?? 0));
    levels[i] = Math.min(255, Math.round(peak * 255));
  }
  return levels;
}
