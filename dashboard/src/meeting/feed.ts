import type { Client } from "@urql/core";
import { ask } from "../api/ask";
import type { Socket } from "../api/socket";
import { follow } from "../events/follow";
import { keepLatest } from "../events/history";
import { BotDocument } from "../gql/documents";
import { meetingChanged } from "../meetings/useMeetings";
import { reduce } from "./reduce";
import { botOf, readMeeting, type Snapshot } from "./snapshot";
import type { Meeting, MeetingEvent } from "./state";

/** How long events are gathered before they are shown, in milliseconds: leaving and entering come right after one another. */
const pause = 40;
const pauseInBackground = 500;
/** How long what was before the page came is gathered, as long as there is more of it: with each showing, all rows of a list are others. */
const pauseInPast = 2000;

/** What is known of a meeting now. */
export interface Feed {
  phase: "loading" | "live" | "resuming" | "missing" | "failed";
  /** Null until it is read. */
  meeting: Meeting | null;
  /** The events, oldest first: what was before the page came, and what came since. */
  past: readonly MeetingEvent[];
  live: readonly MeetingEvent[];
  /** How far this machine's clock is ahead of the server's, in milliseconds. */
  clockAhead: number;
  error: string | null;
}

const unread: Feed = { phase: "loading", meeting: null, past: [], live: [], clockAhead: Number.POSITIVE_INFINITY, error: null };

/** Two clocks that agree but for the way that events take are taken as one. */
export function aheadOf({ clockAhead }: Feed): number {
  return Number.isFinite(clockAhead) && Math.abs(clockAhead) > 2000 ? clockAhead : 0;
}

/** Keeps one meeting up to date, while anybody looks. */
export class MeetingFeed {
  #feed = unread;
  readonly #api: Client;
  readonly #socket: Socket;
  readonly #id: string;
  readonly #listeners = new Set<() => void>();
  #stops: (() => void)[] = [];
  /** What is read before anybody looks, while the page around it is drawn; null when somebody has looked. */
  #ahead: Promise<Snapshot | Error | null> | null;
  /** Counts the openings: what an earlier one asked for is of no use to a later one. */
  #opening = 0;
  #came: MeetingEvent[] = [];
  #was: MeetingEvent[] = [];
  /** When some of the past was shown last, in milliseconds since 1970, and whether all of it has come. */
  #wasShown = 0;
  #wasAll = false;
  #due = false;
  /** Reads what was before the page came; null when it is being read. It waits until the rooms are drawn, as there may be much of it. */
  #readPast: (() => void) | null = null;
  /** What the page shows by now. */
  #drawn = unread;

  constructor(api: Client, socket: Socket, id: string) {
    this.#api = api;
    this.#socket = socket;
    this.#id = id;
    this.#ahead = this.#read();
  }

  readonly snapshot = (): Feed => this.#feed;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) {
      if (this.#ahead) void this.#load(this.#opening, this.#ahead);
      else this.reopen();
      this.#ahead = null;
    }
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#close();
    };
  };

  /** Reads the meeting anew. */
  readonly reopen = (): void => {
    this.#close();
    this.#set(unread);
    void this.#load(this.#opening);
  };

  #close(): void {
    this.#opening++;
    for (const stop of this.#stops) stop();
    this.#stops = [];
    this.#readPast = null;
    [this.#came, this.#was] = [[], []];
  }

  #read(): Promise<Snapshot | Error | null> {
    const begun = (meeting: Meeting) => {
      if (this.#feed.meeting === null) this.#set({ meeting });
    };
    return readMeeting(this.#api, this.#id, begun).catch((error: unknown) => error as Error);
  }

  async #load(opening: number, reading = this.#read()): Promise<void> {
    const read = await reading;
    if (opening !== this.#opening) return;
    if (read instanceof Error) this.#set({ phase: "failed", error: read.message });
    else if (!read) this.#set({ phase: "missing" });
    else {
      this.#set({ meeting: read.meeting });
      this.#follow(read.cursor);
    }
  }

  #follow(cursor: string): void {
    const live = follow(this.#api, this.#socket, { meetingId: this.#id, after: cursor }, {
      onEvent: (event) => {
        this.#came.push(event);
        this.#soon();
      },
      onLive: (isLive) => this.#set({ phase: isLive ? "live" : "resuming" }),
      onMissing: () => this.#set({ phase: "missing" }),
    });
    this.#stops = [live];
    this.#readPast = () => {
      [this.#wasShown, this.#wasAll] = [Date.now(), false];
      const past = follow(this.#api, this.#socket, { meetingId: this.#id, after: null, until: cursor }, {
        onEvent: (event) => {
          this.#was.push(event);
          this.#wasAll = event.cursor === cursor;
          if (this.#wasIsDue()) this.#soon();
        },
      });
      this.#stops.push(past);
    };
  }

  /** Hears what is drawn: events that come meanwhile wait for it, or drawing would begin anew with each and never end. */
  readonly drawn = (feed: Feed): void => {
    this.#drawn = feed;
    if (feed.meeting) {
      this.#readPast?.();
      this.#readPast = null;
    }
    if (this.#came.length > 0 || (this.#was.length > 0 && this.#wasIsDue())) this.#soon();
  };

  #wasIsDue(): boolean {
    return this.#wasAll || Date.now() - this.#wasShown >= pauseInPast;
  }

  /** Takes in what came within a moment at once. */
  #soon(): void {
    if (this.#due) return;
    this.#due = true;
    setTimeout(
      () => {
        this.#due = false;
        if (this.#drawn === this.#feed) this.#take();
      },
      document.hidden ? pauseInBackground : pause,
    );
  }

  #take(): void {
    const came = this.#came.splice(0);
    const was = this.#wasIsDue() ? this.#was.splice(0) : [];
    if (was.length > 0) this.#wasShown = Date.now();
    const { meeting, past, live, clockAhead } = this.#feed;
    this.#set({
      meeting: meeting && came.length > 0 ? reduce(meeting, came) : meeting,
      past: was.length > 0 ? keepLatest(past, was) : past,
      live: came.length > 0 ? keepLatest(live, came) : live,
      // An event takes a moment to come, and may come late: the quickest tells most.
      clockAhead: came.reduce((least, event) => Math.min(least, Date.now() - Date.parse(event.at)), clockAhead),
    });
    if (came.some(({ type }) => type.startsWith("ROUND_") || type.startsWith("MEETING_"))) meetingChanged();
    for (const event of came) if ((event.type === "BOT_CREATED" || event.type === "BOT_UPDATED") && event.bot) void this.#learn(event.bot.id);
  }

  /** Asks for what no event tells of a bot. Without an answer, its mode stays unknown. */
  async #learn(id: string): Promise<void> {
    const answer = await ask(this.#api, BotDocument, { id }).catch(() => null);
    const { meeting } = this.#feed;
    const known = meeting?.bots.get(id);
    if (!meeting || !known || !answer?.bot) return;
    const { mode, roomWanted } = botOf(answer.bot);
    this.#set({ meeting: { ...meeting, bots: new Map(meeting.bots).set(id, { ...known, mode, roomWanted }) } });
  }

  #set(change: Partial<Feed>): void {
    this.#feed = { ...this.#feed, ...change };
    for (const listener of this.#listeners) listener();
  }
}
