import { memo, useEffect, useMemo, useRef, useState } from "react";
import type { View } from "../recordings/useView";
import { useMedia } from "../ui/useMedia";
import type { Entry } from "./entries";
import { crowdOf, type Step } from "./crowd";
import styles from "./Chart.module.css";

interface Props {
  entries: readonly Entry[];
  view: View;
  /** Where the meeting ends, or now: what goes on lasts until then. */
  end: number;
  /** How many people the fullest room had. */
  most: number;
}

/** A room over time: how many people were in it, when somebody spoke, and when nobody recorded that. */
export const RoomLane = memo(function RoomLane({ entries, view, end, most }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [width, setWidth] = useState(0);
  const isDark = useMedia("(prefers-color-scheme: dark)");
  const crowd = useMemo(() => crowdOf(entries, end), [entries, end]);

  useEffect(() => {
    if (!canvas.current) return;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.round(entry?.contentRect.width ?? 0)));
    observer.observe(canvas.current);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    const element = canvas.current;
    const pen = element?.getContext("2d");
    if (!element || !pen || width === 0) return;
    const height = element.clientHeight;
    element.width = width * devicePixelRatio;
    element.height = height * devicePixelRatio;
    pen.scale(devicePixelRatio, devicePixelRatio);
    const { color, accentColor, outlineColor } = getComputedStyle(element);
    const x = (at: number) => ((at - view.from) / (view.to - view.from)) * width;
    pen.fillStyle = accentColor;
    drawCrowd(pen, crowd, x, height, most);
    pen.fillStyle = color;
    for (const { kind, from, to } of entries) if (kind === "SPEECH") pen.fillRect(x(from), height - 7, Math.max(1, x(to ?? end) - x(from)), 5);
    pen.fillStyle = outlineColor;
    for (const { kind, from, to } of entries) if (kind === "GAP") pen.fillRect(x(from), 2, Math.max(2, x(to ?? end) - x(from)), 4);
  }, [width, isDark, view, crowd, entries, end, most]);

  return <canvas ref={canvas} className={styles.canvas} />;
});

function drawCrowd(pen: CanvasRenderingContext2D, crowd: readonly Step[], x: (at: number) => number, height: number, most: number): void {
  const [floor, room] = [height - 9, height - 17];
  pen.beginPath();
  crowd.forEach(({ at, people }, i) => {
    const next = crowd[i + 1];
    const high = Math.sqrt(people / most) * room; // everybody is in the main room at first: small rooms are to be seen beside it
    if (people > 0 && next) pen.rect(x(at), floor - high, x(next.at) - x(at), high);
  });
  pen.fill();
}
