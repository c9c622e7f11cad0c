import { useEffect, useRef, useState, type ReactNode } from "react";

/** How far out of sight something is still kept ready. */
const margin = "700px";

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
    const observer = new IntersectionObserver(
      (entries) => {
        const now = entries.at(-1)?.isIntersecting ?? false;
        if (!now && element.contains(document.activeElement)) return; // who holds the focus stays
        if (!now && element.childElementCount > 0) setHeight(element.offsetHeight);
        setNear(now);
      },
      { rootMargin: margin },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return (
    <div ref={place} className={className} style={near ? undefined : { minHeight: height }}>
      {near && children}
    </div>
  );
}
