import { useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Button } from "react-aria-components";
import type { Segment } from "../meeting/state";
import { Search } from "../ui/Search";
import { count } from "../ui/words";
import { LineRow } from "./LineRow";
import { lineAt, wordsOf, type Line, type Story } from "./story";
import styles from "./Transcript.module.css";
import { usePlayed, usePlayer } from "./usePlayback";

interface Props {
  segment: Segment;
  story: Story;
  /** Says where somebody went who left, if anything is known of it. */
  hrefOf: (line: Line) => string | null;
}

/** What was said and done in a segment, as it is heard: the line that is heard now stays in sight, and a press on a word goes there. */
export function Transcript({ segment, story, hrefOf }: Props) {
  const playback = usePlayer();
  const [wanted, setWanted] = useState("");
  const lines = useMemo(() => found(story.lines, wanted.trim().toLowerCase()), [story.lines, wanted]);
  const current = usePlayed((playing) => (playing?.segment.id === segment.id ? lineAt(lines, playing.position + 0.05) : -1));
  const isOn = usePlayed((playing) => playing?.state === "playing" && playing.segment.id === segment.id);
  const { scroller, virtual, follows, followAgain, leave } = useFollowing(lines, current, isOn);
  const play = useCallback((at: number) => void playback.playFrom(segment, at), [playback, segment]);

  return (
    <section className={styles.transcript} aria-label="Transcript">
      <Search isHead label="Search what was said" hint="Search what was said" clear="Show everything" value={wanted} onChange={setWanted} />
      {story.present.length > 0 && wanted === "" && <p className={styles.present}>Here at the beginning: {story.present.join(", ")}.</p>}
      {/* Scrolls by keyboard, so it can be reached by keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- see above */}
      <div ref={scroller} className={styles.scroller} tabIndex={0} role="region" aria-label="What was said and done" onWheel={leave} onTouchMove={leave}>
        {lines.length === 0 && <p className={styles.none}>{wanted === "" ? (story.whole ? "Nothing was said." : "Reading…") : "Nobody said that."}</p>}
        <ol style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, key, start }) => {
            const line = lines[index];
            return (
              line && (
                <li key={key} ref={virtual.measureElement} data-index={index} aria-setsize={lines.length} aria-posinset={index + 1} style={{ transform: `translateY(${start}px)` }}>
                  <LineRow line={line} segment={segment} href={hrefOf(line)} onPlay={play} />
                </li>
              )
            );
          })}
        </ol>
      </div>
      <p className={styles.total}>
        {count(lines.length, "line")}
        {isOn && !follows && (
          <Button className={styles.follow} onPress={followAgain}>
            Follow what is heard
          </Button>
        )}
      </p>
    </section>
  );
}

function found(lines: readonly Line[], wanted: string): readonly Line[] {
  if (wanted === "") return lines;
  return lines.filter((line) => (line.kind === "saying" ? `${line.name} ${line.text}` : `${line.who?.name ?? ""} ${wordsOf(line)}`).toLowerCase().includes(wanted));
}

/** Lays out only what is in sight, and keeps the current line in sight until somebody scrolls away. */
function useFollowing(lines: readonly Line[], current: number, isOn: boolean) {
  const scroller = useRef<HTMLDivElement>(null);
  const [follows, setFollows] = useState(true);
  // eslint-disable-next-line react-hooks/incompatible-library -- nothing here is memoized by the compiler
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (lines[index]?.kind === "act" ? 30 : 58),
    getItemKey: (index) => lines[index]?.id ?? index,
    overscan: 6,
  });
  useEffect(() => {
    if (isOn && follows && current >= 0) virtual.scrollToIndex(current, { align: "center" });
  }, [virtual, current, isOn, follows]);
  const leave = () => {
    if (isOn) setFollows(false);
  };
  return { scroller, virtual, follows, followAgain: () => setFollows(true), leave };
}
