import { useEffect, useRef, useState } from "react";
import { useMedia } from "../ui/useMedia";
import { levelsPerSecond } from "./levels";
import type { Stretch } from "./story";
import type { View } from "./useView";
import styles from "./Wave.module.css";

interface Props {
  view: View;
  /** When the sound begins after the segment's beginning, in seconds. */
  offset: number;
  levels: Uint8Array | undefined;
  stretches: readonly Stretch[];
}

/** How wide a bar and the space after it are, in pixels. */
const [bar, step] = [2, 3];

/** One person's voice: when it speaks, and how loud. Only what is in view is drawn, however long the recording is. */
export function Wave({ view, offset, levels, stretches }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [width, setWidth] = useState(0);
  const isDark = useMedia("(prefers-color-scheme: dark)");

  useEffect(() => {
    if (!canvas.current) return;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.round(entry?.contentRect.width ?? 0)));
    observer.observe(canvas.current);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    const pen = canvas.current && width > 0 ? prepare(canvas.current, width) : null;
    if (!pen) return;
    drawStretches(pen, view, stretches);
    if (levels) drawLevels(pen, view, offset, levels);
  }, [width, isDark, view, offset, levels, stretches]);

  return <canvas ref={canvas} className={styles.wave} />;
}

interface Pen {
  canvas: CanvasRenderingContext2D;
  width: number;
  height: number;
  soft: string;
  strong: string;
}

function prepare(element: HTMLCanvasElement, width: number): Pen | null {
  const [height, scale] = [element.clientHeight, devicePixelRatio];
  element.width = width * scale;
  element.height = height * scale;
  const canvas = element.getContext("2d");
  if (!canvas) return null;
  canvas.scale(scale, scale);
  const { color, accentColor } = getComputedStyle(element);
  return { canvas, width, height, soft: accentColor, strong: color };
}

function drawStretches({ canvas, width, height, soft }: Pen, { from, to }: View, stretches: readonly Stretch[]): void {
  const perSecond = width / (to - from);
  canvas.fillStyle = soft;
  canvas.beginPath();
  for (const { at, until } of stretches)
    if (until >= from && at <= to) canvas.roundRect((at - from) * perSecond, 2, Math.max(2, (until - at) * perSecond), height - 4, 4);
  canvas.fill();
}

function drawLevels({ canvas, width, height, strong }: Pen, { from, to }: View, offset: number, levels: Uint8Array): void {
  const perPixel = (to - from) / width;
  canvas.fillStyle = strong;
  canvas.beginPath();
  for (let x = 0; x < width; x += step) {
    const first = Math.floor((from + x * perPixel - offset) * levelsPerSecond);
    const loud = loudest(levels, first, first + Math.max(1, Math.ceil(step * perPixel * levelsPerSecond)));
    // The ear hears by ratios: a voice half as loud should not look like nothing.
    const high = Math.sqrt(loud / 255) * (height - 8);
    if (high > 1.5) canvas.roundRect(x, (height - high) / 2, bar, high, 1);
  }
  canvas.fill();
}

function loudest(levels: Uint8Array, from: number, to: number): number {
  let peak = 0;
  for (let i = Math.max(0, from), end = Math.min(to, levels.length); i < end; i++) peak = Math.max(peak, levels[i] ?? 0);
  return peak;
}
