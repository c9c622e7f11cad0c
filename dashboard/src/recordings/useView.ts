import { useEffect, useMemo, useState, type RefObject } from "react";

/** The part of a recording that is laid out, in seconds. */
export interface View {
  from: number;
  to: number;
}

/** The least that can be seen at once, in seconds. */
const least = 4;

/** A part of `length` seconds that lies within the whole. */
function fitted(from: number, width: number, length: number): View {
  const wide = Math.min(length, Math.max(Math.min(least, length), width));
  const start = Math.min(Math.max(0, from), length - wide);
  return { from: start, to: start + wide };
}

/** Which part of a recording is seen, and how to see more or less of it. */
export interface Zoom {
  view: View;
  isWhole: boolean;
  /** Shows so much of what is seen: less than 1 comes closer. The moment stays where it is. */
  zoom: (factor: number, around?: number) => void;
  /** Shows the part that begins at a moment. */
  moveTo: (from: number) => void;
  whole: () => void;
}

export function useView(length: number): Zoom {
  const [part, setPart] = useState<View | null>(null);
  const view = useMemo(() => (part ? fitted(part.from, part.to - part.from, length) : { from: 0, to: length }), [part, length]);
  return {
    view,
    isWhole: view.to - view.from >= length - 0.01,
    zoom: (factor, around = (view.from + view.to) / 2) => {
      const width = (view.to - view.from) * factor;
      setPart(fitted(around - ((around - view.from) / (view.to - view.from)) * width, width, length));
    },
    moveTo: (from) => setPart(fitted(from, view.to - view.from, length)),
    whole: () => setPart(null),
  };
}

/** Lets a wheel zoom with Ctrl and pan sideways, as maps and editors do. */
export function useWheel(place: RefObject<HTMLElement | null>, { view, zoom, moveTo }: Zoom): void {
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const turn = (event: WheelEvent) => {
      const { left, width } = element.getBoundingClientRect();
      const perPixel = (view.to - view.from) / width;
      if (event.ctrlKey) zoom(Math.exp(event.deltaY / 300), view.from + (event.clientX - left) * perPixel);
      else if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) moveTo(view.from + event.deltaX * perPixel);
      else return;
      event.preventDefault();
    };
    element.addEventListener("wheel", turn, { passive: false }); // React's own would be passive
    return () => element.removeEventListener("wheel", turn);
  });
}
