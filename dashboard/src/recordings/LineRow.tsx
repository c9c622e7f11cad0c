import { memo } from "react";
import { PageLink } from "../app/PageLink";
import type { Segment } from "../meeting/state";
import { personStyle } from "../rooms/hue";
import { span } from "../ui/time";
import { ArrowIcon } from "./icons";
import styles from "./LineRow.module.css";
import { wordsOf, type Act, type Line, type Saying } from "./story";
import { usePlayed } from "./usePlayback";

/** A line is shown as heard so long before it is, in seconds: the screen takes a moment. */
const early = 0.05;

interface Props {
  line: Line;
  segment: Segment;
  /** Where the one went who left; null when nobody knows. */
  href: string | null;
  onPlay: (at: number) => void;
}

/** A line of a segment's story. */
export const LineRow = memo(function LineRow({ line, segment, href, onPlay }: Props) {
  // People speak at the same time: more than one line can be heard.
  const isCurrent = usePlayed((playing) => playing?.segment.id === segment.id && playing.position + early >= line.at && playing.position < Math.max(line.until, line.at + 1));
  return line.kind === "saying" ? (
    <SayingRow saying={line} segmentId={segment.id} isCurrent={isCurrent} onPlay={onPlay} />
  ) : (
    <ActRow act={line} isCurrent={isCurrent} href={href} onPlay={onPlay} />
  );
});

function ActRow({ act, isCurrent, href, onPlay }: { act: Act; isCurrent: boolean; href: string | null; onPlay: (at: number) => void }) {
  return (
    <p className={styles.act} data-current={isCurrent || undefined} data-action={act.action}>
      <button type="button" className={styles.at} onClick={() => onPlay(act.at)} aria-label={`Hear from ${span(act.at)} on`}>
        {span(act.at)}
      </button>
      <span>
        <b>{act.who?.name ?? "The owner"}</b> {wordsOf(act)}
      </span>
      {href !== null && (
        <PageLink href={href} className={styles.onward}>
          Go along <ArrowIcon size={12} />
        </PageLink>
      )}
    </p>
  );
}

function SayingRow({ saying, segmentId, isCurrent, onPlay }: { saying: Saying; segmentId: string; isCurrent: boolean; onPlay: (at: number) => void }) {
  // The word changes many times within a line: only the line that is heard looks at it.
  const word = usePlayed((playing) => (isCurrent && playing?.segment.id === segmentId ? wordAt(saying, playing.position + early) : -1));
  return (
    <div className={styles.saying} style={personStyle(saying.number)} data-current={isCurrent || undefined}>
      <button type="button" className={styles.at} onClick={() => onPlay(saying.at)} aria-label={`Hear ${saying.name} from ${span(saying.at)} on`}>
        {span(saying.at)}
      </button>
      <p>
        <b className={styles.name}>{saying.name}</b>{" "}
        {saying.words.length === 0 ? saying.text : saying.words.map((each, i) => <WordButton key={i} text={each.text} isNow={i === word} onPress={() => onPlay(each.from)} />)}
      </p>
    </div>
  );
}

/** A word. The keyboard reaches lines by their times: every word would be a long way. */
function WordButton({ text, isNow, onPress }: { text: string; isNow: boolean; onPress: () => void }) {
  return (
    <>
      <button type="button" tabIndex={-1} className={styles.word} data-now={isNow || undefined} onClick={onPress}>
        {text}
      </button>{" "}
    </>
  );
}

function wordAt({ words }: Saying, moment: number): number {
  for (let i = words.length - 1; i >= 0; i--) {
    const { from, to } = words[i] ?? { from: Infinity, to: 0 };
    if (from <= moment) return moment <= to + 0.3 ? i : -1;
  }
  return -1;
}
