import type { Segment } from "../meeting/state";
import { heardOf, lengthOf, type Track } from "./tracks";

/** How often the voices are kept together, in milliseconds, and how far apart they may drift, in seconds. */
const tickEvery = 150;
const driftWithin = 0.25;

/** After this the addresses of tracks are read anew, in milliseconds: they can be played for an hour. */
const freshFor = 50 * 60_000;

/** What is being played. Positions are seconds after the segment's beginning. */
export interface Playing {
  segment: Segment;
  /** The track that is heard alone; null when all are heard. */
  track: Track | null;
  from: number;
  to: number;
  position: number;
  /** How much faster than life it is played. */
  rate: number;
  state: "loading" | "playing" | "paused";
  error: string | null;
}

interface Voice {
  track: Track;
  audio: HTMLAudioElement;
}

/** Plays a segment: one of its tracks, or all of them together, each from where it begins. */
export class Playback {
  #playing: Playing | null = null;
  #voices: Voice[] = [];
  /** Counts what was opened and closed: an answer that comes late is of no use. */
  #opening = 0;
  #readAt = 0;
  #timer: ReturnType<typeof setInterval> | undefined;
  #tickedAt = 0;
  readonly #read: (segment: Segment) => Promise<Track[]>;
  readonly #listeners = new Set<() => void>();

  constructor(read: (segment: Segment) => Promise<Track[]>) {
    this.#read = read;
  }

  readonly snapshot = (): Playing | null => this.#playing;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Where it is at this very moment: what is told to listeners is up to a tick older. */
  readonly now = (): number => {
    const playing = this.#playing;
    if (playing?.state !== "playing") return playing?.position ?? 0;
    return Math.min(this.#reached(playing), playing.to);
  };

  /** Plays a segment, all of it or one track, from its beginning or from a position on. */
  async open(segment: Segment, trackId: string | null, position = 0): Promise<void> {
    const rate = this.#playing?.rate ?? 1;
    this.close();
    await this.#load({ segment, track: null, from: 0, to: lengthOf(segment), position, rate, state: "loading", error: null }, trackId);
  }

  /** Plays a segment from a position on. A track that is heard alone stays alone where the position lies within it. */
  async playFrom(segment: Segment, position: number): Promise<void> {
    const playing = this.#playing;
    const within = playing !== null && position >= playing.from - 0.5 && position <= playing.to;
    if (playing?.segment.id !== segment.id || this.#voices.length === 0 || !within) return this.open(segment, null, position);
    this.seek(Math.max(position, playing.from));
    if (playing.state !== "playing") this.#resume();
  }

  /** Plays faster or slower from now on. */
  setRate(rate: number): void {
    this.#set({ rate });
    for (const { audio } of this.#voices) audio.playbackRate = rate;
  }

  toggle(): void {
    if (this.#playing?.state === "playing") this.#pause();
    else this.#resume();
  }

  seek(position: number): void {
    if (!this.#playing) return;
    this.#tickedAt = performance.now();
    this.#set({ position });
    for (const { track, audio } of this.#voices) audio.currentTime = Math.min(Math.max(0, position - track.offset), track.duration);
    if (this.#playing.state === "playing") this.#tick();
  }

  close(): void {
    this.#opening++;
    this.#silence();
    for (const { audio } of this.#voices) {
      audio.removeAttribute("src");
      audio.remove();
    }
    this.#voices = [];
    this.#playing = null;
    this.#tell();
  }

  async #load(playing: Playing, trackId: string | null): Promise<void> {
    const opening = ++this.#opening;
    this.#playing = playing;
    this.#tell();
    try {
      const tracks = heardOf(await this.#read(playing.segment));
      if (opening !== this.#opening) return; // something else was opened
      const track = tracks.find(({ id }) => id === trackId) ?? null;
      if (tracks.length === 0) throw new Error("Nobody was heard in this recording.");
      this.#readAt = Date.now();
      this.#voices = (track ? [track] : tracks).map((t) => ({ track: t, audio: this.#audioOf(t) }));
      const [from, to] = track ? [track.offset, track.offset + track.duration] : [0, playing.to];
      this.#set({ track, from, to });
      this.seek(playing.position < to ? Math.max(from, playing.position) : from);
      this.#resume();
    } catch (error) {
      if (opening === this.#opening) this.#set({ state: "paused", error: (error as Error).message });
    }
  }

  #audioOf(track: Track): HTMLAudioElement {
    const audio = new Audio(track.url);
    audio.preload = "auto";
    audio.defaultPlaybackRate = audio.playbackRate = this.#playing?.rate ?? 1;
    audio.addEventListener("error", () => {
      if (this.#voices.some((voice) => voice.audio === audio)) this.#failed();
    });
    document.body.append(audio);
    return audio;
  }

  /** An address that stopped working is read anew; one that never worked is told about. */
  #failed(): void {
    if (Date.now() - this.#readAt > freshFor) return this.#reload();
    this.#pause();
    this.#set({ error: "This browser can’t play the recording." });
  }

  #reload(): void {
    const playing = this.#playing;
    if (!playing) return;
    this.close();
    void this.#load({ ...playing, state: "loading" }, playing.track?.id ?? null);
  }

  #resume(): void {
    if (!this.#playing || this.#voices.length === 0) return;
    if (Date.now() - this.#readAt > freshFor) return this.#reload();
    if (this.#playing.position >= this.#playing.to - 0.05) this.seek(this.#playing.from);
    this.#set({ state: "playing", error: null });
    this.#tickedAt = performance.now();
    this.#timer = setInterval(() => this.#tick(), tickEvery);
    this.#tick();
  }

  #pause(): void {
    this.#silence();
    if (this.#playing) this.#set({ state: "paused" });
  }

  #silence(): void {
    clearInterval(this.#timer);
    for (const { audio } of this.#voices) audio.pause();
  }

  /** Moves on, and keeps every voice where it belongs. */
  #tick(): void {
    const playing = this.#playing;
    if (playing?.state !== "playing") return;
    const lead = this.#lead();
    const position = this.#reached(playing);
    this.#tickedAt = performance.now();
    if (position >= playing.to) {
      this.#set({ position: playing.to });
      return this.#pause();
    }
    this.#set({ position });
    for (const voice of this.#voices) keep(voice, position, voice === lead, this.#refused);
  }

  /** A browser lets nothing be heard before somebody has pressed something: then a press starts it. */
  readonly #refused = (reason: unknown): void => {
    if (!(reason instanceof DOMException) || reason.name !== "NotAllowedError") return;
    this.#pause();
    this.#set({ error: "Press play to hear it." });
  };

  /** One voice that is heard sets the pace, so that all wait when it has to. */
  #lead(): Voice | undefined {
    return this.#voices.find(({ audio }) => !audio.paused && !audio.ended);
  }

  /** How far it has come: as far as the voice that sets the pace; in silence, the clock does. */
  #reached({ position, rate }: Playing): number {
    const lead = this.#lead();
    return lead ? lead.track.offset + lead.audio.currentTime : position + ((performance.now() - this.#tickedAt) / 1000) * rate;
  }

  #set(change: Partial<Playing>): void {
    if (!this.#playing) return;
    this.#playing = { ...this.#playing, ...change };
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

function keep({ track, audio }: Voice, position: number, leads: boolean, refused: (reason: unknown) => void): void {
  const within = position - track.offset;
  const speaks = within >= 0 && within < track.duration && !audio.ended;
  if (!speaks) return audio.pause();
  if (!leads && Math.abs(audio.currentTime - within) > driftWithin) audio.currentTime = within;
  // What fails otherwise leaves the voice paused, and the next tick tries again.
  if (audio.paused) audio.play().catch(refused);
}
