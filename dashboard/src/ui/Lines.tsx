import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, type ReactNode } from "react";
import styles from "./Lines.module.css";
import { Strong } from "./Strong";

interface Props<Line> {
  /** What the lines are, for those who hear the page. */
  label: string;
  lines: readonly Line[];
  keyOf: (line: Line) => string | number;
  /** The line that is to be in sight; -1 for none. */
  current?: number;
  /** What is said when there is none. */
  none: string;
  className: string | undefined;
  children: (line: Line, index: number) => ReactNode;
}

/** Lines one below the other. However many there are, only those in sight are laid out. */
export function Lines<Line>({ label, lines, keyOf, current = -1, none, className = "", children }: Props<Line>) {
  const scroller = useRef<HTMLDivElement>(null);
  // eslint-disable-next-line react-hooks/incompatible-library -- nothing here is memoized by the compiler
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 34,
    getItemKey: (index) => {
      const line = lines[index];
      return line === undefined ? index : keyOf(line);
    },
    overscan: 12,
  });
  useEffect(() => {
    if (current >= 0) virtual.scrollToIndex(current, { align: "center" });
  }, [virtual, current]);
  return (
    <div ref={scroller} className={`${styles.scroller} ${className}`} role="region" aria-label={label} tabIndex={-1}>
      {lines.length === 0 && <p className={styles.none}>{none}</p>}
      <ol style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, key, start }) => {
          const line = lines[index];
          return (
            line !== undefined && (
              <li key={key} ref={virtual.measureElement} data-index={index} aria-setsize={lines.length} aria-posinset={index + 1} style={{ transform: `translateY(${start}px)` }}>
                {children(line, index)}
              </li>
            )
          );
        })}
      </ol>
    </div>
  );
}

interface RowProps {
  /** What the styles of the row know of its line. */
  data: Readonly<Record<`data-${string}`, string>>;
  className: string | undefined;
  isCurrent: boolean;
  style: React.CSSProperties | undefined;
  onPress: () => void;
  children: ReactNode;
}

/** One line, which can be pressed. */
export function Row({ data, className = "", isCurrent, style, onPress, children }: RowProps) {
  return (
    <button type="button" {...data} className={`${styles.row} ${className}`} aria-current={isCurrent || undefined} style={style} onClick={onPress}>
      {children}
    </button>
  );
}

/** What stands beside a line's text. */
export function Faint({ className = "", children }: { className?: string | undefined; children: ReactNode }) {
  return <span className={`${styles.faint} ${className}`}>{children}</span>;
}

/** The colour of the line's room, if it has one. */
export function Dot({ hasRoom }: { hasRoom: boolean }) {
  return <span data-part="dot" className={styles.dot} data-room={hasRoom || undefined} />;
}

/** A sentence in which what stands between ** is strong. */
export function Text({ children }: { children: string }) {
  return (
    <span data-part="text" className={styles.text}>
      <Strong>{children}</Strong>
    </span>
  );
}
