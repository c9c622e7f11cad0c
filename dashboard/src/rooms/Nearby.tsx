import { startTransition, useEffect, useRef, useState, type ReactNode } from "react";

/** How far out of sight something is still kept ready. */
const margin = "400px";
/** What is to be laid out and what not any more, one after another, when nothing else is to be done: all at once would keep the page from answering. */
const waiting = new Set<() => void>();
const whenIdle: (next: () => void) => void = "requestIdleCallback" in globalThis ? (next) => requestIdleCallback(next, { timeout: 250 }) : (next) => setTimeout(next, 30);

function goOn(): void {
  whenIdle(() => {
    const [next] = waiting;
    if (!next) return;
    waiting.delete(next);
    startTransition(next); // scrolling goes first
    if (waiting.size > 0) goOn();
  });
}

function soon(change: () => void): void {
  waiting.add(change);
  if (waiting.size === 1) goOn();
}

interface Props {
  className?: string | undefined;
  /** Whether it is laid out from the beginning. */
  first: boolean;
  /** How high it is about, until that is known, in pixels. */
  guess: number;
  children: ReactNode;
}

/**
 * Lays out its children only while they are near what is seen, and keeps their
 * place meanwhile: hundreds of rooms cost as much as those in sight.
 */
export function Nearby({ className, first, guess, children }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const [near, setNear] = useState(first);
  const [height, setHeight] = useState(guess);
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const come = () => setNear(true);
    const go = () => {
      if (element.contains(document.activeElement)) return; // who holds the focus stays
      setHeight(element.offsetHeight);
      setNear(false);
    };
    const observer = new IntersectionObserver(
      (entries) => {
        const near = entries.at(-1)?.isIntersecting ?? false;
        waiting.delete(near ? go : come);
        if (near || element.childElementCount > 0) soon(near ? come : go);
      },
      { rootMargin: margin },
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      waiting.delete(come);
      waiting.delete(go);
    };
  }, []);
  return (
    <div ref={place} className={className} style={near ? undefined : { minHeight: height }}>
      {near && children}
    </div>
  );
}
